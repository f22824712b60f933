package dev.deed.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deed help COMMAND}: what {@code deed COMMAND --help} shows. */
@Command(
    name = "help",
    description = "Explains a command: deed help generate is deed generate --help.",
    mixinStandardHelpOptions = true)
final class HelpCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "COMMAND", arity = "0..*", descriptionKey = "COMMAND")
  List<String> path = List.of();

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec.parent()).commandLine();
    for (String name : path) {
      CommandLine next = line.getSubcommands().get(name);
      if (next == null) {
        throw new CommandLine.UnmatchedArgumentException(line, List.of(name));
      }
      line = next;
    }
    line.usage(System.out);
    return 0;
  }
}
