package dev.deed.cli.options;

import dev.deed.EncoderDecoderModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The model of a command and what all commands share. */
public sealed class ModelOptions extends CommonOptions permits RunOptions {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "Model folder in the Hugging Face layout, or a name: of a shipped model, or of one of the"
              + " Hub, [OWNER/]NAME[@REVISION], which is fetched once.")
  Path named = Path.of("");

  private @Nullable Path folder;

  /** The model's folder, fetched where it was given by name. */
  public Path folder() {
    if (folder == null) {
      folder = folder(named);
    }
    return folder;
  }

  public EncoderDecoderModel open() {
    return open(folder());
  }
}
