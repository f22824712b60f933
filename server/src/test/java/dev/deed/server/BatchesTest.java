package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Batches, by the requests that OpenAI's clients send. */
final class BatchesTest extends BatchClients {
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
    double taken;
    Path copy = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-killed"));
    String whole = of("later", lines(40, 40));
    int fifth = whole.indexOf("{\"custom_id\": \"r5\"");
    String first = whole.substring(0, fifth).replace("later", "tiny");
    try (RunningServer server = serveTwo()) {
      id = batchOf(server, first + whole.substring(fifth));
      awaitCompleted(server, id, 5);
      // What a killed server leaves, with a torn line.
      copyTo(copy);
      taken = server.metric("deed_files_bytes", "");
      assertThat(server.server.drain(Duration.ofSeconds(30))).isTrue();
      server.server.close();
    }
    assertThat(lineCount(folder)).isEqualTo(5);
    try (RunningServer server = RunningServer.loading(options(1 << 24), model, "tiny", "later")) {
      assertThat(server.metric("deed_files_bytes", "")).isEqualTo(taken);
      server.server.open();
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
  void linesThatFindNoRoomHoldUpNoOthersAndComeAgain() throws Exception {
    try (RunningServer server = RunningServer.of(options(1 << 24), model, "tiny", "later")) {
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String body = parse(line(i, 150_000)).path("body").toString();
        HttpRequest request = server.posting(URL, of("tiny", body));
        asked.add(server.client().sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      while (server.metric("deed_requests_waiting", "tiny") < 2) {
        Thread.sleep(5);
      }
      String full = batchOf(server, of("tiny", lines(20, 1)) + of("later", line(20, 1)));
      checkWhole(server, batchOf(server, of("later", lines(3, 1))), 3);
      awaitCompleted(server, full, 1);
      asked.forEach(one -> one.cancel(true));
      checkWhole(server, full, 21);
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
}
