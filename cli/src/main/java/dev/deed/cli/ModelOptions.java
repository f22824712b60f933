package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.checkpoint.InputException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command, beside what all commands share. */
final class ModelOptions extends CommonOptions {
  @Parameters(paramLabel = "MODEL", description = "Model folder in the Hugging Face layout.")
  Path folder = Path.of("");

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that work on a generation (default: all cores).")
  int threads = Runtime.getRuntime().availableProcessors();

  EncoderDecoderModel open() {
    if (threads < 1) {
      throw new InputException("--threads", "is " + threads, "give 1 or more");
    }
    return EncoderDecoderModel.open(folder, threads);
  }
}
