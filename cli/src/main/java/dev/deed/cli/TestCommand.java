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
      "Checks and tests everything, as .ci/run does: the product, then the laboratory.",
      "deed test product and deed test lab test a part; options alone are the product's.",
      "Example: deed test -pl core -Dtest=KernelsTest"
    },
    mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PART OPTION",
      arity = "0..*",
      description = "product or lab, then options of Maven (default: none, for everything).")
  List<String> options = List.of();

  @Override
  public Integer call() {
    throw new InputException(
        "command test", "is run by the launcher", "start ./deed test in a checkout");
  }
}
