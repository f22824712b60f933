package dev.deed.cli;

import dev.deed.value.InputException;
import picocli.CommandLine.Option;

/** Whether answers tell log-probabilities: {@code --log-probs}. */
final class LogProbsOption {
  @Option(
      names = "--log-probs",
      paramLabel = "on|off",
      description =
          "off: answers tell no log_probs and no score. Greedy tokens then come sooner from a"
              + " large head in fp32 or bf16: an int8 copy is asked first, tokens are the same"
              + " (default: on).")
  String value = "on";

  /**
   * @throws InputException when it is neither on nor off
   */
  boolean told() {
    InputException.require(
        value.equals("on") || value.equals("off"), "--log-probs", "is " + value, "give on or off");
    return value.equals("on");
  }
}
