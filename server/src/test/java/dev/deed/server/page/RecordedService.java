package dev.deed.server.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Replays answers that {@code deed generate --trace} gave for the samples of the shipped models.
 */
final class RecordedService implements PageService {
  private static final Path MODELS =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")), "models");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WORD = Pattern.compile("\\s*\\S+");
  private static final Map<String, String> TYPES =
      Map.of("html", "text/html; charset=utf-8", "css", "text/css", "js", "text/javascript");
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
          + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> recorded = new ArrayList<>();

  RecordedService() {
    try (InputStream lines = resource("recorded.jsonl")) {
      JSON.readerFor(JsonNode.class).<JsonNode>readValues(lines).readAll(recorded);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::page);
    server.createContext("/v1/models", exchange -> send(exchange, "application/json", models()));
    server.createContext(
        "/page/examples.json", exchange -> send(exchange, "application/json", examples()));
    server.createContext("/page/examples/", RecordedService::picture);
    server.createContext("/v1/generate", this::generate);
    server.start();
  }

  @Override
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private void page(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.equals("/") ? "index.html" : path.substring(path.lastIndexOf('/') + 1);
    try (InputStream file = RecordedService.class.getResourceAsStream(name)) {
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        exchange.close();
        return;
      }
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      send(exchange, Objects.requireNonNull(type), file.readAllBytes());
    }
  }

  private static byte[] models() throws IOException {
    ArrayNode data = JSON.createArrayNode();
    for (String name : List.of("ofa-tasks", "screenshot-markup")) {
      JsonNode exits =
          JSON.readTree(MODELS.resolve(name).resolve("config.json").toFile()).get("exits");
      boolean asks = name.equals("ofa-tasks");
      ObjectNode model = data.addObject().put("id", name).put("object", "model");
      model.put("family", asks ? "LaTr" : "deed-convolutional-vit + mbart");
      model.putObject("sizes").put("decoder_layers", 6);
      model.putObject("exits").put("gate", true).set("layers", exits.get("layers"));
      model
          .putObject("policy")
          .put("confidence", "max_prob")
          .set("threshold", exits.get("threshold"));
      model.putArray("reads").add(asks ? "input_ids" : "pixel_values");
      model.putArray("may_read").add("pixel_values");
    }
    ObjectNode all = JSON.createObjectNode().put("object", "list");
    all.set("data", data);
    return JSON.writeValueAsBytes(all);
  }

  private static byte[] examples() throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (String model : List.of("ofa-tasks", "screenshot-markup")) {
      for (String line :
          Files.readAllLines(MODELS.resolve(model).resolve("samples/samples.jsonl"))) {
        ObjectNode sample = (ObjectNode) JSON.readTree(line);
        String file = Path.of(sample.get("image").asText()).getFileName().toString();
        all.add(sample.put("model", model).put("image", "/page/examples/" + model + "/" + file));
      }
    }
    return JSON.writeValueAsBytes(all);
  }

  private static void picture(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    send(exchange, "image/png", Files.readAllBytes(sample(path[3], path[4])));
  }

  /** Some samples of one model show a picture of the other's. */
  private static Path sample(String model, String file) {
    Path own = MODELS.resolve(model).resolve("samples").resolve(file);
    return Files.exists(own) ? own : MODELS.resolve("screenshot-markup/samples").resolve(file);
  }

  private void generate(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    JsonNode line = answer(request);
    if (!request.path("stream").asBoolean()) {
      send(exchange, "application/json", JSON.writeValueAsBytes(line));
      return;
    }
    StringBuilder events = new StringBuilder(": ping\n\n");
    List<String> words =
        WORD.matcher(line.get("text").asText()).results().map(MatchResult::group).toList();
    for (int i = 0; i < line.get("token_ids").size(); i++) {
      ObjectNode token = JSON.createObjectNode().put("index", i);
      token.set("token_id", line.get("token_ids").get(i));
      token.put("text", i < words.size() ? words.get(i) : "");
      token.set("exit_layer", line.get("exit_layers").get(i));
      token.set("confidence", line.get("confidences").get(i));
      token.set("log_prob", line.get("log_probs").get(i));
      if (request.path("trace").asBoolean()) trace(token, line, i);
      events.append("event: token\ndata: ").append(token).append("\n\n");
    }
    events.append("event: done\ndata: ").append(line).append("\n\n");
    send(exchange, "text/event-stream", events.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void trace(ObjectNode token, JsonNode line, int index) {
    ArrayNode consulted = token.putArray("consulted");
    JsonNode asked = line.get("consulted").get(index);
    for (int i = 0; i < asked.size(); i++) {
      consulted.addObject().put("layer", i + 1).set("confidence", asked.get(i));
    }
    ObjectNode alternative = token.putArray("alternatives").addObject();
    alternative.set("token_id", token.get("token_id"));
    alternative.set("text", token.get("text"));
    alternative.put("probability", Math.exp(token.get("log_prob").asDouble()));
  }

  /**
   * The recording for the picture and the exits of a request; the nearest threshold of its measure.
   */
  private JsonNode answer(JsonNode request) throws IOException {
    String model = request.get("model").asText();
    String policy = policy(request.path("exits"));
    String kind = policy.replaceAll(":.*", "");
    byte[] picture =
        Base64.getDecoder().decode(request.get("image").asText().replaceAll("^.*,", ""));
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : recorded) {
      Path sample = sample(model, each.get("line").get("id").asText() + ".png");
      String own = each.get("policy").asText();
      if (each.get("model").asText().equals(model)
          && (own.equals(policy) || own.startsWith(kind + ":") && !kind.equals("static"))
          && java.util.Arrays.equals(picture, Files.readAllBytes(sample))) {
        found.add(each);
      }
    }
    double wanted = request.path("exits").path("threshold").asDouble();
    return found.stream()
        .min(
            java.util.Comparator.comparingDouble(
                each -> Math.abs(threshold(each.get("policy").asText()) - wanted)))
        .orElseThrow(() -> new IllegalStateException("no recording for " + model + " " + policy))
        .get("line");
  }

  private static String policy(JsonNode exits) {
    if (exits.isMissingNode()) return "own";
    String confidence = exits.get("confidence").asText();
    return confidence.equals("static") ? "static:" + exits.get("exit_at").asInt() : confidence;
  }

  private static double threshold(String policy) {
    int colon = policy.indexOf(':');
    return colon < 0 ? 0 : Double.parseDouble(policy.substring(colon + 1));
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(RecordedService.class.getResourceAsStream(name), name);
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
