package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.server.serving.ModelLife;
import dev.deed.value.InputException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files and batches, by the requests that OpenAI's clients send. */
@Timeout(300)
class BatchesTest {
  private static final String URL = "/v1/completions";
  private static final String FILES = "/v1/files";
  private static final String BATCHES = "/v1/batches";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String KEYS = "one-key name=one rows=1\ntwo-key name=two\n";

  @TempDir Path model;
  @TempDir Path folder;

  @BeforeEach
  void makeModel() throws IOException {
    TinyModel.in(model);
  }

  private RunningServer serve(long quota, String... keys) {
    return RunningServer.of(options(quota, keys), model, "tiny");
  }

  private ServerOptions options(long quota, String... keys) {
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
  private RunningServer serveTwo() throws Exception {
    ModelLife life = new ModelLife("open-4711", false, null, Long.MAX_VALUE);
    RunningServer server = RunningServer.living(options(1 << 24), life, model, "tiny", "later");
    tell(server, "unload");
    return server;
  }

  private static void tell(RunningServer server, String what) throws Exception {
    String path = "/v2/repository/models/later/" + what;
    assertThat(server.post(path, "{}", "Authorization", "Bearer open-4711").status())
        .isEqualTo(200);
  }

  private static String of(String model, String lines) {
    return lines.replace("\"prompt\"", "\"model\": \"" + model + "\", \"prompt\"");
  }

  private static void awaitCompleted(RunningServer server, String id, int lines) throws Exception {
    for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        get(server, id).at("/request_counts/completed").asInt() < lines;
        Thread.sleep(5)) {
      assertThat(System.nanoTime()).as(get(server, id).toString()).isLessThan(end);
    }
  }

  private RunningServer serve() {
    return serve(1 << 24);
  }

  private static String line(int id, int tokens) {
    return """
        {"custom_id": "r%d", "method": "POST", "url": "/v1/completions", "body":\
         {"prompt": "w%d", "max_tokens": %d, "deed": {"threshold": 0.9}, "min_new_tokens": %d}}
        """
        .formatted(id, id + 2, tokens, tokens);
  }

  private static String lines(int count, int tokens) {
    return IntStream.range(0, count).mapToObj(i -> line(i, tokens)).collect(Collectors.joining());
  }

  private static JsonNode upload(RunningServer server, String content, String... headers)
      throws Exception {
    HttpResponse<String> response = uploading(server, content, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  private static HttpResponse<String> uploading(
      RunningServer server, String content, String... headers) throws Exception {
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

  private static RunningServer.Reply begin(RunningServer server, String file, String... headers)
      throws Exception {
    String body =
        "{\"input_file_id\": \"%s\", \"endpoint\": \"%s\", \"completion_window\": \"24h\"}"
            .formatted(file, URL);
    return server.post(BATCHES, body, headers);
  }

  private static String batchOf(RunningServer server, String content) throws Exception {
    RunningServer.Reply reply = begin(server, upload(server, content).path("id").asText());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("status").asText()).isEqualTo("validating");
    return reply.json().path("id").asText();
  }

  private static HttpResponse<String> delete(RunningServer server, String file) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + FILES + "/" + file))
            .DELETE()
            .build();
    return server.client().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode get(RunningServer server, String id) throws Exception {
    return server.get(BATCHES + "/" + id).json();
  }

  private static JsonNode await(RunningServer server, String id, String... statuses)
      throws Exception {
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

  private static List<JsonNode> results(RunningServer server, JsonNode batch, String field)
      throws Exception {
    RunningServer.Reply reply = server.get(FILES + "/" + batch.path(field).asText() + "/content");
    assertThat(reply.status()).as(batch.toString()).isEqualTo(200);
    return reply.text().lines().map(BatchesTest::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private static Set<String> ids(List<JsonNode> results) {
    Set<String> ids = new TreeSet<>();
    results.forEach(one -> assertThat(ids.add(one.path("custom_id").asText())).isTrue());
    return ids;
  }

  @Test
  void answersOfABatchAreThoseOfRequests() throws Exception {
    try (RunningServer server = serve()) {
      String bad = line(3, 2).replace("max_tokens", "tools");
      String none = line(4, 2).replace("\"prompt\"", "\"model\": \"other\", \"prompt\"");
      String id = batchOf(server, lines(3, 5) + "\n" + bad + none);
      JsonNode batch = await(server, id, "completed");
      assertThat(batch.path("request_counts"))
          .isEqualTo(parse("{\"total\": 5, \"completed\": 3, \"failed\": 2}"));
      assertThat(batch.path("completed_at").asLong())
          .isGreaterThanOrEqualTo(batch.path("in_progress_at").asLong())
          .isGreaterThan(0);
      assertThat(batch.has("deed")).isFalse();
      List<JsonNode> answers = results(server, batch, "output_file_id");
      assertThat(ids(answers)).containsExactly("r0", "r1", "r2");
      for (JsonNode answer : answers) {
        int number = Integer.parseInt(answer.path("custom_id").asText().substring(1));
        JsonNode alone = server.post(URL, parse(line(number, 5)).path("body").toString()).json();
        assertThat(answer.at("/response/status_code").asInt()).isEqualTo(200);
        assertThat(answer.at("/response/body/choices")).isEqualTo(alone.path("choices"));
        assertThat(answer.at("/response/body/usage")).isEqualTo(alone.path("usage"));
      }
      List<JsonNode> errors = results(server, batch, "error_file_id");
      assertThat(ids(errors)).containsExactly("r3", "r4");
      assertThat(errors)
          .allSatisfy(
              error -> {
                assertThat(error.at("/response/status_code").asInt()).isIn(400, 404);
                assertThat(error.at("/response/body/error/message").asText()).isNotEmpty();
                assertThat(error.path("error").isNull()).isTrue();
              });
      JsonNode output = server.get(FILES + "/" + batch.path("output_file_id").asText()).json();
      assertThat(output.path("purpose").asText()).isEqualTo("batch_output");
      assertThat(output.path("bytes").asLong()).isPositive();
    }
  }

  @Test
  void aBatchOfMalformedLinesFailsAndSaysWhich() throws Exception {
    try (RunningServer server = serve()) {
      String twice = line(0, 1);
      String elsewhere = line(1, 1).replace("/v1/completions", "/v1/chat/completions");
      String nothing = "{}\n";
      String noJson = "{\"custom_id\"\n" + line(2, 1).replace("r2", "");
      JsonNode batch =
          await(server, batchOf(server, twice + twice + elsewhere + nothing + noJson), "failed");
      assertThat(batch.path("errors").path("data"))
          .extracting(error -> error.path("line").asInt())
          .containsExactly(2, 3, 4, 5, 6);
      assertThat(batch.at("/errors/data/0/param").asText()).isEqualTo("custom_id");
      assertThat(batch.path("output_file_id").isNull()).isTrue();
      assertThat(await(server, batchOf(server, "\n \n"), "failed").path("errors").path("data"))
          .hasSize(1);
    }
  }

  @Test
  void whatIsAskedWronglyIsRefused() throws Exception {
    try (RunningServer server = serve()) {
      String file = upload(server, line(0, 1)).path("id").asText();
      assertThat(begin(server, "file-nothing").status()).isEqualTo(404);
      assertThat(begin(server, "../" + file).status()).isEqualTo(404);
      for (String body :
          List.of(
              "{'input_file_id': '%s', 'endpoint': '/v1/embeddings', 'completion_window': '24h'}",
              "{'input_file_id': '%s', 'endpoint': '/v1/completions', 'completion_window': '1h'}",
              "{'endpoint': '/v1/completions', 'completion_window': '24h', 'x': '%s'}")) {
        RunningServer.Reply reply = server.post(BATCHES, body.formatted(file).replace('\'', '"'));
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
      }
      for (String path : List.of("/nothing", "/" + file + "/contents", "/..%2f" + file, "/")) {
        assertThat(server.get(FILES + path).status()).as(path).isIn(400, 404);
      }
      assertThat(server.get(FILES + "?limit=0").status()).isEqualTo(400);
      assertThat(server.get(FILES + "?after=x").status()).isEqualTo(400);

      RunningServer.Reply put = server.post(FILES + "/" + file, "{}");
      assertThat(put.status()).isEqualTo(405);
      assertThat(put.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
      assertThat(server.post(BATCHES + "/" + file + "/cancel", "{}").status()).isEqualTo(404);
    }
  }

  @Test
  void withoutAFolderThePathSaysHowToHaveOne() throws Exception {
    try (RunningServer server =
        RunningServer.of(RunningServer.options(null, null), model, "tiny")) {
      RunningServer.Reply reply = server.get(BATCHES);
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.text()).contains("--files FOLDER");
      assertThat(uploading(server, line(0, 1)).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void listsComeInPagesTheNewestFirst() throws Exception {
    try (RunningServer server = serve()) {
      String first = upload(server, line(0, 1)).path("id").asText();
      Thread.sleep(2);
      String second = upload(server, line(1, 1)).path("id").asText();
      JsonNode page = server.get(FILES + "?limit=1&purpose=batch").json();
      assertThat(page.at("/data/0/id").asText()).isEqualTo(second);
      assertThat(page.at("/data/0/filename").asText()).endsWith("in.jsonl");
      assertThat(page.path("has_more").asBoolean()).isTrue();
      JsonNode rest = server.get(FILES + "?after=" + second).json();
      assertThat(rest.at("/data/0/id").asText()).isEqualTo(first);
      assertThat(rest.path("has_more").asBoolean()).isFalse();
      assertThat(server.get(FILES + "?order=asc").json().at("/data/0/id").asText())
          .isEqualTo(first);
      assertThat(server.get(FILES + "?purpose=batch_output").json().path("data")).isEmpty();
    }
  }

  @Test
  void clientsSeeTheirOwnAlone() throws Exception {
    String[] one = {"Authorization", "Bearer one-key"};
    String[] two = {"Authorization", "Bearer two-key"};
    try (RunningServer server = serve(1 << 24, KEYS)) {
      String file = upload(server, line(0, 1), one).path("id").asText();
      String batch = begin(server, file, one).json().path("id").asText();
      assertThat(begin(server, file, two).status()).isEqualTo(404);
      assertThat(server.get(FILES + "/" + file, two).status()).isEqualTo(404);
      assertThat(server.get(FILES + "/" + file + "/content", two).status()).isEqualTo(404);
      assertThat(server.get(BATCHES + "/" + batch, two).status()).isEqualTo(404);
      assertThat(server.post(BATCHES + "/" + batch + "/cancel", "{}", two).status()).isEqualTo(404);
      assertThat(server.get(FILES, two).json().path("data")).isEmpty();
      assertThat(server.get(BATCHES, one).json().path("data")).hasSize(1);
      assertThat(server.get(FILES).status()).isEqualTo(401);
      while (!server.get(BATCHES + "/" + batch, one).text().contains("\"completed\"")) {
        Thread.sleep(20);
      }
    }
  }

  @Test
  void aCancelledBatchKeepsWhatIsDone() throws Exception {
    try (RunningServer server = serveTwo()) {
      String waiting = of("later", line(4, 1) + line(5, 1) + line(6, 1));
      String id = batchOf(server, of("tiny", lines(4, 1)) + waiting);
      awaitCompleted(server, id, 4);
      assertThat(delete(server, get(server, id).path("input_file_id").asText()).statusCode())
          .isEqualTo(400);
      JsonNode cancelling = server.post(BATCHES + "/" + id + "/cancel", "").json();
      assertThat(cancelling.path("status").asText()).isEqualTo("cancelling");
      JsonNode batch = await(server, id, "cancelled");
      Set<String> all = ids(results(server, batch, "output_file_id"));
      assertThat(all).containsExactly("r0", "r1", "r2", "r3");
      List<JsonNode> errors = results(server, batch, "error_file_id");
      assertThat(errors)
          .allMatch(error -> error.at("/error/code").asText().equals("batch_cancelled"));
      all.addAll(ids(errors));
      assertThat(all).hasSize(7);
      assertThat(server.post(BATCHES + "/" + id + "/cancel", "").status()).isEqualTo(400);
      assertThat(batch.at("/request_counts/total").asInt()).isEqualTo(7);
    }
  }

  @Test
  void aServerGoesOnWhereAnotherStoppedOrWasKilled() throws Exception {
    String id;
    Path copy = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-killed"));
    String whole = of("later", lines(40, 40));
    int fifth = whole.indexOf("{\"custom_id\": \"r5\"");
    String first = whole.substring(0, fifth).replace("later", "tiny");
    try (RunningServer server = serveTwo()) {
      id = batchOf(server, first + whole.substring(fifth));
      awaitCompleted(server, id, 5);
      // What a killed server leaves, with a torn line.
      copyTo(copy);
      assertThat(server.server.drain(Duration.ofSeconds(30))).isTrue();
      server.server.close();
    }
    assertThat(lineCount(folder)).isEqualTo(5);
    try (RunningServer server = RunningServer.of(options(1 << 24), model, "tiny", "later")) {
      checkWhole(server, id, 40);
    }
    try (Stream<Path> parts = Files.list(copy)) {
      Path part = parts.filter(one -> one.toString().endsWith(".part")).sorted().toList().getLast();
      Files.writeString(part, "{\"id\": \"torn", java.nio.file.StandardOpenOption.APPEND);
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    folder = copy;
    try (RunningServer server = RunningServer.of(options(1 << 24), model, "tiny", "later")) {
      checkWhole(server, id, 40);
    }
  }

  private static void checkWhole(RunningServer server, String id, int lines) throws Exception {
    JsonNode batch = await(server, id, "completed");
    assertThat(ids(results(server, batch, "output_file_id"))).hasSize(lines);
    assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(lines);
    assertThat(batch.path("error_file_id").isNull()).isTrue();
  }

  private void copyTo(Path copy) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (!file.toString().endsWith("-lock")) {
          try {
            Files.copy(file, copy.resolve(file.getFileName().toString()));
          } catch (NoSuchFileException e) {
            // It has its name by now.
          }
        }
      }
    }
  }

  private static int lineCount(Path folder) throws IOException {
    int count = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".jsonl")).toList()) {
        count += (int) Files.readString(file).lines().filter(l -> l.contains("batch_req_")).count();
      }
    }
    return count;
  }

  @Test
  void aBatchThatIsTooOldExpires() throws Exception {
    String id;
    try (RunningServer server = serveTwo()) {
      id = batchOf(server, of("tiny", lines(2, 1)) + of("later", line(2, 1)));
      awaitCompleted(server, id, 2);
    }
    Path record = folder.resolve(id + ".json");
    String text = Files.readString(record);
    Files.writeString(record, text.replaceAll("\"expires_at\":\\d+", "\"expires_at\":1000"));
    try (RunningServer server = serve()) {
      JsonNode batch = await(server, id, "expired");
      assertThat(ids(results(server, batch, "output_file_id"))).containsExactly("r0", "r1");
      JsonNode error = results(server, batch, "error_file_id").getFirst();
      assertThat(error.at("/error/code").asText()).isEqualTo("batch_expired");
      assertThat(error.path("response").isNull()).isTrue();
      assertThat(batch.at("/request_counts/failed").asInt()).isEqualTo(1);
    }
  }

  @Test
  void filesKeepToTheirBytes() throws Exception {
    try (RunningServer server = serve(500_000)) {
      String id = batchOf(server, lines(30, 400));
      JsonNode batch = await(server, id, "completed", "failed");
      HttpResponse<String> response = uploading(server, "x".repeat(190_000));
      assertThat(response.statusCode()).as(batch.toString()).isEqualTo(413);
      for (JsonNode file : server.get(FILES).json().path("data")) {
        HttpResponse<String> reply = delete(server, file.path("id").asText());
        assertThat(parse(reply.body()).path("deleted").asBoolean()).isTrue();
      }
      assertThat(uploading(server, "x".repeat(190_000)).statusCode()).isEqualTo(200);
    }
  }

  /** Its lines have all rows, and rest. */
  @Test
  void requestsAreAnsweredWhileABatchRuns() throws Exception {
    try (RunningServer server = serve()) {
      String id = batchOf(server, line(0, 1) + line(1, 100_000) + line(2, 100_000) + line(3, 1));
      while (server.metric("deed_requests_running", "tiny") < 2
          || server.metric("deed_batch_lines_total", "completed") < 1) {
        Thread.sleep(5);
      }
      for (int i = 0; i < 5; i++) {
        String body = "{\"prompt\": \"w3\", \"max_tokens\": 2}";
        assertThat(server.post(URL, body).status()).isEqualTo(200);
      }
      assertThat(get(server, id).at("/request_counts/completed").asInt()).isEqualTo(1);
      assertThat(server.metric("deed_batches", "in_progress")).isEqualTo(1);
      assertThat(server.metric("deed_batch_lines_waiting", "")).isEqualTo(3);
      assertThat(server.metric("deed_files_bytes", "")).isBetween(500.0, 1e6);
      assertThat(server.metric("deed_files_quota_bytes", "")).isEqualTo(1 << 24);
      server.post(BATCHES + "/" + id + "/cancel", "");
      await(server, id, "cancelled");
      assertThat(server.metric("deed_batches", "cancelled")).isEqualTo(1);
      assertThat(server.metric("deed_batch_lines_total", "failed")).isEqualTo(3);
      assertThat(server.metric("deed_batch_lines_waiting", "")).isZero();
    }
  }

  @Test
  void linesOfAModelThatIsNotLoadedHoldUpNoOthers() throws Exception {
    try (RunningServer server = serveTwo()) {
      String waiting = batchOf(server, of("later", lines(6, 1)));
      await(server, waiting, "in_progress");
      String other = batchOf(server, of("tiny", lines(3, 1)));
      checkWhole(server, other, 3);
      assertThat(get(server, waiting).path("status").asText()).isEqualTo("in_progress");
      tell(server, "load");
      checkWhole(server, waiting, 6);
    }
  }

  @Test
  void aRecordThatCannotBeWrittenKeepsNoBatchFromItsEnd() throws Exception {
    try (RunningServer server = serveTwo()) {
      String id = batchOf(server, of("later", lines(2, 1)));
      await(server, id, "in_progress");
      Path record = folder.resolve(id + ".json");
      Files.delete(record);
      Files.createFile(Files.createDirectory(record).resolve("full"));
      tell(server, "load");
      checkWhole(server, id, 2);
      assertThat(server.errors).anyMatch(line -> line.contains(id));
    }
  }

  @Test
  void noBatchBeginsOnAFileThatIsBeingDeleted() throws Exception {
    try (RunningServer server = serve();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 40; round++) {
        String file = upload(server, line(0, 1)).path("id").asText();
        Future<RunningServer.Reply> begun = threads.submit(() -> begin(server, file));
        int deleted = threads.submit(() -> delete(server, file)).get().statusCode();
        if (begun.get().status() == 200) {
          String id = begun.get().json().path("id").asText();
          JsonNode batch = await(server, id, "completed", "failed");
          assertThat(batch.path("status").asText()).isEqualTo("completed");
        } else {
          assertThat(begun.get().status()).isEqualTo(404);
          assertThat(deleted).isEqualTo(200);
        }
      }
      assertThat(server.errors).isEmpty();
    }
  }

  @Test
  void anInputOfThirtyDaysStaysForTheBatchThatReadsIt() throws Exception {
    String file;
    String id;
    try (RunningServer server = serveTwo()) {
      file = upload(server, of("later", lines(2, 1))).path("id").asText();
      id = begin(server, file).json().path("id").asText();
      await(server, id, "in_progress");
    }
    Path record = folder.resolve(file + ".json");
    long old = Instant.now().minus(Duration.ofHours(30 * 24 + 12)).getEpochSecond();
    String text = Files.readString(record);
    Files.writeString(
        record,
        text.replaceAll("\"created_at\":\\d+", "\"created_at\":" + old)
            .replaceAll("\"expires_at\":\\d+", "\"expires_at\":" + (old + 30 * 24 * 3600)));
    try (RunningServer server = RunningServer.loading(options(1 << 24), model, "tiny", "later")) {
      assertThat(server.get(FILES + "/" + file).status()).isEqualTo(404);
      assertThat(begin(server, file).status()).isEqualTo(404);
      upload(server, "");
      server.server.open();
      checkWhole(server, id, 2);
    }
  }

  @Test
  void batchesTakeBytesForFilesThatThereAreAlone() throws Exception {
    // The input, the batch, its output and one more.
    try (RunningServer server = serve(4 * (64 << 10) + 5_000)) {
      checkWhole(server, batchOf(server, line(0, 1)), 1);
      upload(server, "x");
      assertThat(uploading(server, "x").statusCode()).isEqualTo(413);
    }
  }

  @Test
  void aFolderThatIsMadeIsItsOwnersAlone() throws Exception {
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    folder = folder.resolve("made");
    try (RunningServer server = serve()) {
      upload(server, line(0, 1));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void twoServersDoNotShareAFolder() throws Exception {
    try (RunningServer server = serve()) {
      assertThatThrownBy(this::serve)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is being written");
      assertThat(server.get(FILES).status()).isEqualTo(200);
    }
  }
}
