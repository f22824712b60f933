package dev.deed.cli.options;

import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model of a command that computes with it, and how its weights are held. */
public sealed class RunOptions extends ModelOptions permits DecodeOptions {
  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How weights are held: fp32; bf16 or int8, in half or a quarter of the memory; w8a8, int8"
              + " with inputs rounded too, twice in memory, for long inputs and batches"
              + " (default: int8 where the folder stores it, else fp32).")
  @Nullable WeightPrecision precision;

  /** How a model is to be opened, the number of threads apart. */
  OpenOptions opening(Path model) {
    return OpenOptions.defaults().withPrecision(precision);
  }

  @Override
  public final EncoderDecoderModel open(Path model) {
    return open(model, opening(model));
  }
}
