package dev.deed.cli;

import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Adds the commands of add-ons, whose names the launcher knows too. A command whose add-on is not
 * on the class path is listed too, and says where to find it.
 */
final class AddOnCommands {
  static final List<Map.Entry<String, String>> COMMANDS =
      List.of(
          Map.entry("train", "Trains or fine-tunes a model (training add-on)."),
          Map.entry("reproduce", "Makes an experiment again (training add-on)."));

  static final List<Map.Entry<String, String>> CONVERSIONS =
      Stream.of("pix2code", "sroie", "copying", "text-lines", "formulas", "pages", "prompt")
          .map(kind -> Map.entry(kind, "A data set for training (training add-on)."))
          .toList();

  private AddOnCommands() {}

  /** Adds them to the command {@code deed} and to its command {@code convert}. */
  static void addTo(CommandLine deed) {
    CommandLine convert = Objects.requireNonNull(deed.getSubcommands().get("convert"));
    for (AddOn addOn : ServiceLoader.load(AddOn.class)) {
      addOn.commands().forEach(deed::addSubcommand);
      addOn.conversions().forEach(convert::addSubcommand);
    }
    addMissing(deed, COMMANDS);
    addMissing(convert, CONVERSIONS);
  }

  private static void addMissing(CommandLine parent, List<Map.Entry<String, String>> commands) {
    for (Map.Entry<String, String> command : commands) {
      if (!parent.getSubcommands().containsKey(command.getKey())) {
        parent.addSubcommand(command.getKey(), missing(command.getKey(), command.getValue()));
      }
    }
  }

  private static CommandSpec missing(String name, String description) {
    Callable<Integer> refusal =
        () -> {
          throw new InputException(
              "command " + name,
              "comes with the training add-on, which is not on the class path",
              "start it with the launcher of a checkout, or add the jar deed-cli-training");
        };
    CommandSpec spec = CommandSpec.wrapWithoutInspection(refusal);
    spec.usageMessage().description(description);
    spec.parser().unmatchedArgumentsAllowed(true);
    return spec;
  }
}
