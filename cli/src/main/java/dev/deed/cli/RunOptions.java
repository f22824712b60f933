package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import dev.deed.checkpoint.InputException;
import dev.deed.tensor.Precision;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The model of a command that computes with it, and how its weights are held. */
final class RunOptions extends ModelOptions {
  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How weights are held: fp32, bf16 or int8, of which the last two take half and a quarter"
              + " of the memory (default: fp32).")
  Precision precision = Precision.FP32;

  @Option(
      names = "--screen",
      description =
          "Ask an int8 copy of the head first, and the head only where that cannot tell: the same"
              + " tokens and exits, faster where the vocabulary is large; confidences and"
              + " log-probabilities are estimates.")
  boolean screening;

  @Override
  EncoderDecoderModel open(Path model) {
    InputException.require(
        !screening || precision != Precision.INT8,
        "--screen",
        "needs a head that is wider than int8",
        "leave it out, or choose fp32 or bf16");
    return open(model, OpenOptions.defaults().withPrecision(precision).withScreening(screening));
  }
}
