package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The model of a command and what all commands share. */
public sealed class ModelOptions extends CommonOptions permits RunOptions {
  @Parameters(paramLabel = "MODEL", descriptionKey = "model.MODEL")
  Path named = Path.of("");

  @Mixin AdapterOption adapter = new AdapterOption();

  private @Nullable ModelPlace place;

  /** Where the model is, fetched where it was given by name. */
  public ModelPlace place() {
    if (place == null) {
      place = place(named, adapter);
    }
    return place;
  }

  /** The model's folder; of an adapter, that of its base. */
  public Path folder() {
    return place().folder();
  }

  /**
   * The model's folder, which a command changes.
   *
   * @throws InputException when it was given by name: others share such a folder; or when there is
   *     an adapter, which the folder is not of
   */
  public Path ownFolder() {
    InputException.require(
        place().adapter() == null,
        "model " + place(),
        "is opened with an adapter, and has no folder of its own",
        "merge it first: deed convert adapter MODEL ADAPTER OUT");
    InputException.require(
        folder().equals(named),
        "model " + named,
        "is in " + folder() + ", which others use too",
        "copy that folder (cp -rL) and give the copy");
    return named;
  }

  public EncoderDecoderModel open() {
    return open(place());
  }
}
