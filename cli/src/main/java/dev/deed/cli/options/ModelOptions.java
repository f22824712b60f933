package dev.deed.cli.options;

import dev.deed.EncoderDecoderModel;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The model of a command and what all commands share. */
public sealed class ModelOptions extends CommonOptions permits RunOptions {
  @Parameters(paramLabel = "MODEL", description = "Model folder in the Hugging Face layout.")
  public Path folder = Path.of("");

  public EncoderDecoderModel open() {
    return open(folder);
  }
}
