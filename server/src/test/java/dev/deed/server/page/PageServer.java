package dev.deed.server.page;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server with shipped models, in this JVM on a free port. */
final class PageServer implements AutoCloseable {
  /** The folder of the shipped models. */
  static final Path MODELS =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")), "models");

  private static final int WAITING = 16;

  private final DeedServer server;

  /**
   * @param key the key; null: everybody may ask
   * @param models names of shipped ones
   */
  PageServer(@Nullable String key, String... models) {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, key, 20_000_000, WAITING, null, Set.of(), 60);
    EngineOptions engine =
        EngineOptions.defaults().withMaxRows(4).withMaxWaiting(WAITING).withKnee(2);
    List<ModelSource> sources =
        Stream.of(models)
            .map(
                name ->
                    new ModelSource(
                        name,
                        _ ->
                            EncoderDecoderModel.open(
                                MODELS.resolve(name), OpenOptions.defaults().withThreads(1)),
                        engine,
                        Duration.ofSeconds(60),
                        Duration.ZERO,
                        model -> null))
            .toList();
    server = DeedServer.start(options, ModelLife.ALWAYS, sources, System.err::println);
    server.open();
  }

  /** Address of the page, with a slash at the end. */
  URI address() {
    return URI.create(server.url() + "/");
  }

  @Override
  public void close() {
    server.close();
  }
}
