package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The model of a command and what all commands share. */
sealed class ModelOptions extends CommonOptions permits RunOptions {
  @Parameters(paramLabel = "MODEL", description = "Model folder in the Hugging Face layout.")
  Path folder = Path.of("");

  EncoderDecoderModel open() {
    return open(folder);
  }
}
