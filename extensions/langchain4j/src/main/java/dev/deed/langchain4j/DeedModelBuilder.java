package dev.deed.langchain4j;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.hub.ModelHub;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What builders of all models are told: the model, or an engine that runs one. Belongs to one
 * thread.
 *
 * @param <B> the builder itself
 */
public abstract sealed class DeedModelBuilder<B extends DeedModelBuilder<B>>
    permits DeedChatModelBuilder, DeedTranscriptionModel.Builder {
  private @Nullable String place;
  private @Nullable Engine engine;
  private OpenOptions how = OpenOptions.defaults();

  DeedModelBuilder() {}

  abstract B self();

  /**
   * {@return this}
   *
   * @param folderOrName a model folder, or the name of a model of the Hub; it is opened by {@code
   *     build} and closed with what that returns
   */
  public final B model(String folderOrName) {
    place = Objects.requireNonNull(folderOrName, "model");
    return self();
  }

  /**
   * {@return this}
   *
   * @param options how the model is opened
   */
  public final B openOptions(OpenOptions options) {
    how = Objects.requireNonNull(options, "options");
    return self();
  }

  /**
   * {@return this}
   *
   * @param running an engine in place of a model; it stays the caller's, who closes it last
   */
  public final B engine(Engine running) {
    engine = Objects.requireNonNull(running, "engine");
    return self();
  }

  LocalModel open(Duration timeout) {
    InputException.require(
        (place == null) != (engine == null),
        "builder",
        "needs a model or an engine",
        "give a folder, a name, or a running engine");
    if (engine != null) {
      return new LocalModel(engine, null, engine.model().card().family(), timeout);
    }
    String name = Objects.requireNonNull(place);
    EncoderDecoderModel model =
        EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(name), how);
    try {
      return new LocalModel(model.engine(EngineOptions.defaults()), model, name, timeout);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }
}
