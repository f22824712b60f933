package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.server.serving.ModelLife;
import dev.deed.value.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeCycleTest {
  private static final String GENERATE = "/v1/generate";
  private static final String SHORT =
      "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": 1}}";

  private static String tokens(int count) {
    return "{\"prompt\": \"w3\", \"generation\": {\"max_new_tokens\": %d, \"min_new_tokens\": %d}}"
        .formatted(count, count);
  }

  @Test
  void nothingIsTakenWhileModelsAreOpened(@TempDir Path folder) throws Exception {
    try (RunningServer server =
        RunningServer.loading(RunningServer.options(null, null), TinyModel.in(folder), "tiny")) {
      assertThat(server.get("/health/live").status()).isEqualTo(200);
      assertThat(server.get("/health/ready").status()).isEqualTo(503);
      RunningServer.Reply reply = server.post(GENERATE, SHORT);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).isNotEmpty();
      server.server.open();
      assertThat(server.post(GENERATE, SHORT).status()).isEqualTo(200);
    }
  }

  @Test
  void requestsUnderWayAreAnsweredBeforeTheEnd(@TempDir Path folder) throws Exception {
    try (RunningServer server = running(folder, "tiny")) {
      CompletableFuture<HttpResponse<String>> running =
          server.begin(GENERATE, LifeCycleTest::tokens);
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.server.drain(Duration.ofSeconds(60));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (server.get("/health/ready").status() != 503) {
        Thread.sleep(5);
      }
      assertThat(server.get("/health/live").status()).isEqualTo(200);
      RunningServer.Reply refused = server.post(GENERATE, SHORT);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.json().path("error").path("code").asText()).isEqualTo("draining");
      assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theEndDoesNotWaitLongerThanItMay(@TempDir Path folder) throws Exception {
    try (RunningServer server = running(folder, "tiny")) {
      CompletableFuture<HttpResponse<String>> running =
          server.begin(GENERATE, _ -> tokens(100_000));
      assertThat(server.server.drain(Duration.ofMillis(10))).isFalse();
      server.server.close();
      assertThat(running)
          .satisfies(
              answer -> {
                HttpResponse<String> response = answer.get(60, TimeUnit.SECONDS);
                assertThat(response.statusCode()).isEqualTo(503);
              });
    }
  }

  @Test
  void modelsAreExchangedUnderRequests(@TempDir Path folder) throws Exception {
    try (RunningServer server = running(folder, "tiny")) {
      String before = server.post(GENERATE, tokens(5)).json().path("text").asText();
      CompletableFuture<HttpResponse<String>> running =
          server.begin(GENERATE, LifeCycleTest::tokens);
      Path weights = folder.resolve("generation_config.json");
      Files.writeString(
          weights, "{\"suppress_tokens\": [" + before.substring(1, before.indexOf(' ')) + "]}");
      server.server.open();
      assertThat(server.post(GENERATE, tokens(5)).json().path("text").asText())
          .isNotEqualTo(before);
      assertThat(running.get(60, TimeUnit.SECONDS).body())
          .contains(before.substring(0, before.indexOf(' ')));

      Files.writeString(folder.resolve("config.json"), "{}");
      assertThatThrownBy(server.server::open).isInstanceOf(InputException.class);
      assertThat(server.post(GENERATE, SHORT).status()).isEqualTo(200);
    }
  }

  @Test
  void severalModelsAreAskedByName(@TempDir Path folder) throws Exception {
    try (RunningServer server = running(folder, "one", "two")) {
      assertThat(server.post(GENERATE, SHORT).status()).isEqualTo(400);
      assertThat(server.post(GENERATE, "{\"model\": \"two\", " + SHORT.substring(1)).status())
          .isEqualTo(200);
      RunningServer.Reply unknown =
          server.post(GENERATE, "{\"model\": \"a-name\", " + SHORT.substring(1));
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.json().path("error").path("code").asText()).isEqualTo("model_not_found");
      assertThat(server.metric("deed_requests_total", "model=\"two\"")).isEqualTo(1);
      assertThat(server.get("/metrics").text()).doesNotContain("a-name");
      assertThat(server.get("/v1/models").json().path("data")).hasSize(2);
    }
  }

  @Test
  void anAddressThatCannotBeListenedToSaysWhy() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> startAt("127.0.0.1", taken.getLocalPort()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cannot be listened to (it is in use); give another");
    }
    // Of a range that no machine has.
    assertThatThrownBy(() -> startAt("203.0.113.9", 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be listened to (it is no address of this machine)");
  }

  private static void startAt(String host, int port) {
    DeedServer.start(
            new ServerOptions(host, port, null, 1 << 20, 1, null, Set.of(), 60),
            ModelLife.ALWAYS,
            List.of(),
            _ -> {})
        .close();
  }

  private static RunningServer running(Path folder, String... names) throws IOException {
    return RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), names);
  }
}
