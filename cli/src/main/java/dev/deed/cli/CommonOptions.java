package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.checkpoint.InputException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all commands that run a model share. */
sealed class CommonOptions extends OutputOptions permits ModelOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that work on a generation (default: all cores).")
  int threads = Runtime.getRuntime().availableProcessors();

  /** Opens a model. */
  EncoderDecoderModel open(Path folder) {
    if (threads < 1) {
      throw new InputException("--threads", "is " + threads, "give 1 or more");
    }
    return EncoderDecoderModel.open(folder, threads);
  }
}
