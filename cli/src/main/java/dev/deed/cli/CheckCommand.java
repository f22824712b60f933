package dev.deed.cli;

import dev.deed.value.InputException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code deed check}, which the launcher of a checkout runs by itself: here for its help. */
@Command(
    name = "check",
    description = {
      "Compiles everything, checks format, packages, pages and Javadoc; runs no other tests."
    },
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "OPTION",
      arity = "0..*",
      description = "Options of Maven (default: none).")
  List<String> options = List.of();

  @Override
  public Integer call() {
    throw new InputException(
        "command check", "is run by the launcher", "start ./deed check in a checkout");
  }
}
