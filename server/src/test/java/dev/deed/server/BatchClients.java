package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.server.serving.ModelLife;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What OpenAI's clients send of files and batches, to servers of one folder. */
@Timeout(300)
abstract class BatchClients {
  static final String URL = "/v1/completions";
  static final String FILES = "/v1/files";
  static final String BATCHES = "/v1/batches";
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final String KEYS = "one-key name=one rows=1\ntwo-key name=two\n";

  @TempDir Path model;
  @TempDir Path folder;

  @BeforeEach
  void makeModel() throws IOException {
    TinyModel.in(model);
  }

  RunningServer serve(long quota, String... keys) {
    return RunningServer.of(options(quota, keys), model, "tiny");
  }

  ServerOptions options(long quota, String... keys) {
    return new ServerOptions(
        "127.0.0.1",
        0,
        keys.length == 0 ? null : keys[0],
        200_000,
        2,
        null,
        Set.of(),
        60,
        folder,
        quota);
  }

  /** Two models, of which the one called later is not loaded: lines of it wait. */
  RunningServer serveTwo() throws Exception {
    ModelLife life = new ModelLife("open-4711", false, null, Long.MAX_VALUE);
    RunningServer server = RunningServer.living(options(1 << 24), life, model, "tiny", "later");
    tell(server, "unload");
    return server;
  }

  static void tell(RunningServer server, String what) throws Exception {
    String path = "/v2/repository/models/later/" + what;
    assertThat(server.post(path, "{}", "Authorization", "Bearer open-4711").status())
        .isEqualTo(200);
  }

  static String of(String model, String lines) {
    return lines.replace("\"prompt\"", "\"model\": \"" + model + "\", \"prompt\"");
  }

  static void awaitCompleted(RunningServer server, String id, int lines) throws Exception {
    for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        get(server, id).at("/request_counts/completed").asInt() < lines;
        Thread.sleep(5)) {
      assertThat(System.nanoTime()).as(get(server, id).toString()).isLessThan(end);
    }
  }

  RunningServer serve() {
    return serve(1 << 24);
  }

  static String line(int id, int tokens) {
    return """
        {"custom_id": "r%d", "method": "POST", "url": "/v1/completions", "body":\
         {"prompt": "w%d", "max_tokens": %d, "deed": {"threshold": 0.9}, "min_new_tokens": %d}}
        """
        .formatted(id, id + 2, tokens, tokens);
  }

  static String lines(int count, int tokens) {
    return IntStream.range(0, count).mapToObj(i -> line(i, tokens)).collect(Collectors.joining());
  }

  static JsonNode upload(RunningServer server, String content, String... headers) throws Exception {
    HttpResponse<String> response = uploading(server, content, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  static HttpResponse<String> uploading(RunningServer server, String content, String... headers)
      throws Exception {
    String body =
        """
        --edge
        Content-Disposition: form-data; name="purpose"

        batch
        --edge
        Content-Disposition: form-data; name="file"; filename="../../etc/in.jsonl"

        """
                .replace("\n", "\r\n")
            + content
            + "\r\n--edge--\r\n";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.server.url() + FILES))
            .header("Content-Type", "multipart/form-data; boundary=edge")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return server
        .client()
        .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  static RunningServer.Reply begin(RunningServer server, String file, String... headers)
      throws Exception {
    String body =
        "{\"input_file_id\": \"%s\", \"endpoint\": \"%s\", \"completion_window\": \"24h\"}"
            .formatted(file, URL);
    return server.post(BATCHES, body, headers);
  }

  static String batchOf(RunningServer server, String content) throws Exception {
    RunningServer.Reply reply = begin(server, upload(server, content).path("id").asText());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("status").asText()).isEqualTo("validating");
    return reply.json().path("id").asText();
  }

  static HttpResponse<String> delete(RunningServer server, String file) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + FILES + "/" + file))
            .DELETE()
            .build();
    return server.client().send(request, HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode get(RunningServer server, String id) throws Exception {
    return server.get(BATCHES + "/" + id).json();
  }

  static JsonNode await(RunningServer server, String id, String... statuses) throws Exception {
    for (long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        System.nanoTime() < end;
        Thread.sleep(20)) {
      JsonNode batch = get(server, id);
      if (List.of(statuses).contains(batch.path("status").asText())) {
        return batch;
      }
    }
    throw new AssertionError(get(server, id).toString());
  }

  static List<JsonNode> results(RunningServer server, JsonNode batch, String field)
      throws Exception {
    RunningServer.Reply reply = server.get(FILES + "/" + batch.path(field).asText() + "/content");
    assertThat(reply.status()).as(batch.toString()).isEqualTo(200);
    return reply.text().lines().map(BatchClients::parse).toList();
  }

  static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  static Set<String> ids(List<JsonNode> results) {
    Set<String> ids = new TreeSet<>();
    results.forEach(one -> assertThat(ids.add(one.path("custom_id").asText())).isTrue());
    return ids;
  }

  static void checkWhole(RunningServer server, String id, int lines) throws Exception {
    JsonNode batch = await(server, id, "completed");
    assertThat(ids(results(server, batch, "output_file_id"))).hasSize(lines);
    assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(lines);
    assertThat(batch.path("error_file_id").isNull()).isTrue();
  }
}
