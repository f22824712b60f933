package dev.deed.cli.options;

import dev.deed.EncoderDecoderModel;
import dev.deed.value.InputException;
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

  /**
   * The model's folder, which a command changes.
   *
   * @throws InputException when it was given by name: others share such a folder
   */
  public Path ownFolder() {
    InputException.require(
        folder().equals(named),
        "model " + named,
        "is in " + folder() + ", which others use too",
        "copy that folder (cp -rL) and give the copy");
    return named;
  }

  public EncoderDecoderModel open() {
    return open(folder());
  }
}
