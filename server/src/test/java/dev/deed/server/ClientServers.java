package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** A server of texts that asks for a key, and one of pictures, for clients made by others. */
final class ClientServers implements AutoCloseable {
  /** What both servers want to see. */
  static final String KEY = "sesame-4711";

  /** How the models are called. */
  static final String TEXTS = "tiny";

  static final String PICTURES = "screenshot-markup";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Path MODELS = Path.of(System.getProperty("deed.root", "..")).resolve("models");

  final RunningServer texts;
  final RunningServer pictures;

  /**
   * @param folder an empty one
   */
  ClientServers(Path folder) throws IOException {
    texts = RunningServer.of(RunningServer.options(KEY, null), TinyModel.in(folder), TEXTS);
    try {
      pictures =
          RunningServer.of(RunningServer.options(KEY, null), MODELS.resolve(PICTURES), PICTURES);
    } catch (RuntimeException | Error e) {
      texts.close();
      throw e;
    }
  }

  /** A picture that the model of pictures reads, a PNG in Base64. */
  static String picture() {
    try {
      return Base64.getEncoder()
          .encodeToString(Files.readAllBytes(MODELS.resolve(PICTURES).resolve("samples/pair.png")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same as a data URL. */
  static String pictureUrl() {
    return "data:image/png;base64," + picture();
  }

  /** The line that {@code /v1/generate} answers to the picture. */
  JsonNode pictureLine(int tokens) throws Exception {
    return line(
        pictures,
        "{'image': '%s', 'generation': {'max_new_tokens': %d}}".formatted(pictureUrl(), tokens));
  }

  /** The line that {@code /v1/generate} answers to the same question. */
  static JsonNode line(RunningServer server, String quotes) throws Exception {
    RunningServer.Reply reply =
        server.post("/v1/generate", quotes.replace('\'', '"'), "Authorization", "Bearer " + KEY);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  /** Requests of texts that were given up because their client left. */
  double left() throws Exception {
    return metric("deed_requests_cancelled_total", "client_closed");
  }

  /** Waits until so many have left, and nothing runs. */
  void untilLeft(double clients) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (left() != clients || metric("deed_requests_running", "") > 0) {
      assertThat(System.nanoTime()).as("clients that left: %s", left()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  private double metric(String name, String holding) throws Exception {
    return texts.metric(name, holding, "Authorization", "Bearer " + KEY);
  }

  @Override
  public void close() {
    texts.close();
    pictures.close();
  }
}
