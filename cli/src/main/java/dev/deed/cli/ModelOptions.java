package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.tensor.Precision;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command and what all commands share. */
final class ModelOptions extends CommonOptions {
  @Parameters(paramLabel = "MODEL", description = "Model folder in the Hugging Face layout.")
  Path folder = Path.of("");

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How weights are held: fp32, bf16 or int8, of which the last two take half and a quarter"
              + " of the memory (default: fp32).")
  Precision precision = Precision.FP32;

  EncoderDecoderModel open() {
    return open(folder);
  }

  @Override
  EncoderDecoderModel open(Path model) {
    return open(model, precision);
  }
}
