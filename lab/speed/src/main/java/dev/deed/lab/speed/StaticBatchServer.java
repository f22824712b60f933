package dev.deed.lab.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.value.ExitSettings;
import dev.deed.value.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What an engine replaces: a server that collects requests for 50 ms and answers them as one batch,
 * while those that come later wait for its end. It is the baseline of {@code
 * lab/results/serving.md} and understands of OpenAI's chat what {@code load.py} sends: {@code
 * StaticBatchServer MODEL PORT MOST}.
 */
public final class StaticBatchServer implements AutoCloseable {
  private static final long WINDOW_MILLIS = 50;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final EncoderDecoderModel model;
  private final int most;
  private final HttpServer http;
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  private StaticBatchServer(EncoderDecoderModel model, int most, HttpServer http) {
    this.model = model;
    this.most = most;
    this.http = http;
  }

  private record Asked(Request request, CompletableFuture<Result<Generation>> result) {}

  public static void main(String[] args) throws IOException {
    StaticBatchServer server =
        start(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    System.out.println(server.url());
  }

  /**
   * Starts the server on this machine's own address.
   *
   * @param port 0: any that is free
   * @param most requests of a batch
   */
  static StaticBatchServer start(Path folder, int port, int most) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer http = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    EncoderDecoderModel model = EncoderDecoderModel.open(folder);
    StaticBatchServer server = new StaticBatchServer(model, most, http);
    http.createContext("/v1/chat/completions", server::answer);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    Thread.ofPlatform().name("batches").daemon().start(server::decodeAll);
    return server;
  }

  String url() {
    return "http:/" + http.getAddress();
  }

  @Override
  public void close() {
    http.stop(0);
    model.close();
  }

  private void decodeAll() {
    try {
      while (true) {
        decode();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }

  /** Takes what came within a window, answers it, and takes what came meanwhile. */
  private void decode() throws InterruptedException {
    List<Asked> batch = new ArrayList<>(List.of(asked.take()));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS);
    while (batch.size() < most) {
      Asked next = asked.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    List<Result<Generation>> results = model.generate(batch.stream().map(Asked::request).toList());
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).result().complete(results.get(i));
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = MAPPER.readTree(exchange.getRequestBody());
      CompletableFuture<Result<Generation>> result = new CompletableFuture<>();
      asked.add(new Asked(request(body), result));
      byte[] answer = MAPPER.writeValueAsBytes(json(result.join().orThrow()));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static Request request(JsonNode body) {
    Input input = Input.empty();
    for (JsonNode part : body.at("/messages/0/content")) {
      if (part.path("type").asText().equals("text")) {
        input = input.withText(part.path("text").asText());
      } else {
        String url = part.at("/image_url/url").asText();
        String base64 = url.substring(url.indexOf(',') + 1);
        input = input.withImage(Base64.getDecoder().decode(base64));
      }
    }
    GenerationOptions options = GenerationOptions.defaults();
    for (String name : List.of("max_new_tokens", "min_new_tokens")) {
      if (body.has(name)) {
        options = options.withSetting(name, body.get(name).asInt());
      }
    }
    boolean full = body.at("/deed/confidence").asText().equals("full");
    return new Request(input, full ? options.withExits(ExitSettings.full()) : options);
  }

  private static ObjectNode json(Generation generation) {
    ObjectNode answer = MAPPER.createObjectNode();
    answer.putArray("choices").addObject().putObject("message").put("content", generation.text());
    answer.putObject("usage").put("completion_tokens", generation.tokens().size());
    return answer;
  }
}
