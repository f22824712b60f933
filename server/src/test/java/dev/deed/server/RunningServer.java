package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A server in this JVM on a free port, and a client of it. */
final class RunningServer implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final DeedServer server;
  final List<String> errors = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningServer(ServerOptions options, ModelLife life, List<ModelSource> sources) {
    server = DeedServer.start(options, life, sources, errors::add);
  }

  /** Serves a folder as long as somebody wants it to. */
  static RunningServer living(ServerOptions options, ModelLife life, Path folder, String... names) {
    RunningServer running =
        new RunningServer(options, life, sources(options, folder, model -> null, names));
    running.server.open();
    return running;
  }

  /** Where it listens, with two rows, two waiting places and bodies of 100,000 bytes. */
  static ServerOptions options(@Nullable String key, @Nullable String origin) {
    return new ServerOptions("127.0.0.1", 0, key, 100_000, 2, origin, Set.of(), 60);
  }

  /** Serves a folder under each of the names. */
  static RunningServer of(ServerOptions options, Path folder, String... names) {
    RunningServer running = loading(options, folder, names);
    running.server.open();
    return running;
  }

  /** Serves a folder, and sees whether its answers are those of full depth. */
  static RunningServer watching(
      Path folder, Function<EncoderDecoderModel, @Nullable Watch> watcher) {
    RunningServer running = loading(options(null, null), folder, watcher, "tiny");
    running.server.open();
    return running;
  }

  /** The same as {@link #of}, before the models are open. */
  static RunningServer loading(ServerOptions options, Path folder, String... names) {
    return loading(options, folder, model -> null, names);
  }

  private static RunningServer loading(
      ServerOptions options,
      Path folder,
      Function<EncoderDecoderModel, @Nullable Watch> watcher,
      String... names) {
    return new RunningServer(options, ModelLife.ALWAYS, sources(options, folder, watcher, names));
  }

  private static List<ModelSource> sources(
      ServerOptions options,
      Path folder,
      Function<EncoderDecoderModel, @Nullable Watch> watcher,
      String... names) {
    EngineOptions engine =
        EngineOptions.defaults()
            .withMaxRows(2)
            .withMaxWaiting(options.mostWaiting())
            .withMaxNewTokens(200_000)
            .withMemory(8L << 30)
            .withKnee(2);
    List<ModelSource> sources = new ArrayList<>();
    for (String name : names) {
      sources.add(
          new ModelSource(
              name,
              room -> {
                room.accept(OpenOptions.defaults().weightBytes(folder));
                return EncoderDecoderModel.open(folder, OpenOptions.defaults().withThreads(1));
              },
              engine,
              Duration.ofSeconds(60),
              Duration.ZERO,
              watcher));
    }
    return sources;
  }

  /** An answer. */
  record Reply(int status, HttpResponse<String> response) {
    String text() {
      return response.body();
    }

    JsonNode json() throws IOException {
      return MAPPER.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Reply get(String path, String... headers) throws IOException, InterruptedException {
    return send(request(path, headers).GET().build());
  }

  Reply post(String path, String body, String... headers) throws IOException, InterruptedException {
    return send(posting(path, body, headers));
  }

  HttpRequest posting(String path, String body, String... headers) {
    return request(path, headers)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Begins a request that runs by now; of more tokens where one was answered too soon. */
  CompletableFuture<HttpResponse<String>> begin(
      String path, IntFunction<String> body, String... headers)
      throws IOException, InterruptedException {
    for (int tokens = 1_500; ; tokens *= 4) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(
              posting(path, body.apply(tokens), headers),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      while (!answer.isDone()) {
        if (metric("deed_requests_running", "", headers) > 0 && !answer.isDone()) {
          return answer;
        }
        Thread.sleep(2);
      }
    }
  }

  HttpClient client() {
    return client;
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(server.url() + path));
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder.timeout(Duration.ofMinutes(2));
  }

  private Reply send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return new Reply(response.statusCode(), response);
  }

  /** A connection of bytes. */
  Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", URI.create(server.url()).getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** A request as bytes. */
  byte[] raw(String path, String body, String... headerLines) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n"
            + String.join("", headerLines)
            + "\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The sum of a metric's samples whose line holds a text. */
  double metric(String name, String holding, String... headers)
      throws IOException, InterruptedException {
    return get("/metrics", headers)
        .text()
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(holding))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
