package dev.deed.cli;

import dev.deed.value.InputException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code deed test}, which the launcher of a checkout runs by itself: here for its help. */
@Command(
    name = "test",
    description = {
      "Compiles, checks and tests everything, as .ci/run does (mvn verify).",
      "Example: deed test -pl core -Dtest=KernelsTest"
    },
    mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "OPTION",
      arity = "0..*",
      description = "Options of Maven (default: none).")
  List<String> options = List.of();

  @Override
  public Integer call() {
    throw new InputException(
        "command test", "is run by the launcher", "start ./deed test in a checkout");
  }
}
