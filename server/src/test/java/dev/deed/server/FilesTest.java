package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Files of clients, by the requests that OpenAI's clients send. */
final class FilesTest extends BatchClients {
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

  @Test
  void keysShareTheBytesOut() throws Exception {
    String[] one = {"Authorization", "Bearer one-key"};
    String[] two = {"Authorization", "Bearer two-key"};
    String keys = KEYS.replace("rows=1", "share=3");
    // Each file counts 64 KiB beside its content: three fit into a quarter.
    long quota = 4 * (3 * (64 << 10) + 1_000);
    try (RunningServer server = serve(quota, keys)) {
      for (int i = 0; i < 3; i++) {
        upload(server, "x", two);
      }
      HttpResponse<String> full = uploading(server, "x", two);
      assertThat(full.statusCode()).isEqualTo(413);
      assertThat(full.body()).contains("your files and batches take up all bytes that they may");
      upload(server, "x", one);
    }
    try (RunningServer server = serve(quota, keys)) {
      assertThat(uploading(server, "x", two).statusCode()).isEqualTo(413);
      for (int i = 0; i < 8; i++) {
        upload(server, "x", one);
      }
      assertThat(uploading(server, "x", one).statusCode()).isEqualTo(413);
      assertThat(server.metric("deed_files_bytes", "key=\"two\"", one))
          .isEqualTo(3 * (1 + (64 << 10)));
      assertThat(server.metric("deed_files_quota_bytes", "key=\"one\"", one))
          .isEqualTo(quota / 4 * 3);
    }
    // What those of keys take that are gone is not free.
    try (RunningServer server = serve(quota, "three-key name=three\n")) {
      HttpResponse<String> full = uploading(server, "x", "Authorization", "Bearer three-key");
      assertThat(full.statusCode()).isEqualTo(413);
    }
  }
}
