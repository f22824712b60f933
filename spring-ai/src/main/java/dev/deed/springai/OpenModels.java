package dev.deed.springai;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.hub.ModelHub;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The models of an application, each folder opened once. Spring closes it behind the beans that ask
 * its engines, and a web server's last requests come before all of them. Safe for use from many
 * threads.
 */
final class OpenModels implements MeterBinder, AutoCloseable {
  private record Opened(String name, EncoderDecoderModel model, Engine engine) {}

  private final ModelHub hub = ModelHub.fromEnvironment();
  private final OpenOptions how;
  private final EngineOptions options;
  private final Map<Path, Opened> opened = new LinkedHashMap<>();

  OpenModels(OpenOptions how, EngineOptions options) {
    this.how = how;
    this.options = options;
  }

  /**
   * {@return the engine of a model, which is opened if it is not yet}
   *
   * @param place a folder, or the name of a model of the Hub
   * @throws dev.deed.value.InputException when it cannot be opened
   */
  synchronized Engine engine(String place) {
    Path folder = hub.folder(place).toAbsolutePath().normalize();
    return opened.computeIfAbsent(folder, path -> open(place, path)).engine();
  }

  private Opened open(String place, Path folder) {
    EncoderDecoderModel model = EncoderDecoderModel.open(folder, how);
    try {
      return new Opened(name(place), model, model.engine(options));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** What meters and health call it: a name of the Hub as it is, of a folder the last part. */
  private String name(String place) {
    Path path = Path.of(place);
    String last = Files.isDirectory(path) ? String.valueOf(path.getFileName()) : place;
    return opened.values().stream().anyMatch(one -> one.name().equals(last)) ? place : last;
  }

  /** Gives the name and the engine of each. */
  synchronized void forEach(BiConsumer<String, Engine> action) {
    opened.values().forEach(one -> action.accept(one.name(), one.engine()));
  }

  /** What engines hold, by the names that the server uses. */
  @Override
  public void bindTo(MeterRegistry registry) {
    forEach(
        (name, engine) -> {
          Tags tags = Tags.of("model", name);
          registry.gauge("deed.requests.running", tags, engine, one -> one.status().running());
          registry.gauge("deed.requests.waiting", tags, engine, one -> one.status().waiting());
        });
  }

  @Override
  public synchronized void close() {
    for (Opened one : opened.values()) {
      one.engine().close();
      one.model().close();
    }
    opened.clear();
  }
}
