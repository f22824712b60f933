package dev.deed.cli;

import dev.deed.OpenOptions;
import dev.deed.checkpoint.InputException;
import dev.deed.tensor.Precision;
import picocli.CommandLine.Option;

/** The model of a command that decodes, and how its head is asked. */
final class DecodeOptions extends RunOptions {
  @Option(
      names = "--screen",
      description =
          "Ask an int8 copy of the head first, and the head only where that cannot tell: the same"
              + " tokens and exits, faster where the vocabulary is large; confidences and"
              + " log-probabilities are estimates.")
  boolean screening;

  /** Whether a copy of int8 is narrower than the head itself. */
  static boolean canScreen(Precision precision) {
    return precision.bytes() > Precision.INT8.bytes();
  }

  @Override
  OpenOptions opening() {
    InputException.require(
        !screening || canScreen(precision),
        "--screen",
        "needs a head that is wider than int8",
        "leave it out, or choose fp32 or bf16");
    return super.opening().withScreening(screening);
  }
}
