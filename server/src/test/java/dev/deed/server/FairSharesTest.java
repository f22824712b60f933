package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients with keys of their own, of whom one asks more than there is room for. */
class FairSharesTest {
  private static final String GENERATE = "/v1/generate";
  private static final String KEYS =
      """
      flood-key name=flood
      other-key name=other
      slow-key name=slow rate=2
      narrow-key name=narrow rows=1
      """;

  /** Tokens of an answer that nobody waits for. */
  private static final int ENDLESS = 100_000;

  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = RunningServer.of(RunningServer.options(KEYS, null), TinyModel.in(folder), "tiny");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private static String body(int tokens) {
    return "{'prompt': 'w3', 'generation': {'max_new_tokens': %d, 'min_new_tokens': %d}}"
        .formatted(tokens, tokens)
        .replace('\'', '"');
  }

  private static RunningServer.Reply ask(String key, int tokens) throws Exception {
    return server.post(GENERATE, body(tokens), "Authorization", "Bearer " + key);
  }

  private static CompletableFuture<HttpResponse<String>> begin(String key, int tokens) {
    HttpRequest request = server.posting(GENERATE, body(tokens), "Authorization", "Bearer " + key);
    return server
        .client()
        .sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static void until(String metric, int requests) throws Exception {
    while (server.metric(metric, "tiny", "Authorization", "Bearer other-key") != requests) {
      Thread.sleep(5);
    }
  }

  /** Closes the connection of a request that was not answered. */
  private static void leave(CompletableFuture<HttpResponse<String>> answer) {
    answer.cancel(true);
  }

  @Test
  void aFloodLosesAWaitingPlaceToAnother() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      flood.add(begin("flood-key", ENDLESS));
    }
    until("deed_requests_waiting", 2);
    assertThat(ask("flood-key", 1).status()).isEqualTo(429);
    // The flood's rows rest, so that nobody waits for the end of one.
    assertThat(ask("other-key", 1).status()).isEqualTo(200);
    CompletableFuture.anyOf(flood.toArray(CompletableFuture[]::new)).join();
    assertThat(flood).filteredOn(CompletableFuture::isDone).hasSize(1);
    flood.forEach(FairSharesTest::leave);
    until("deed_requests_running", 0);
    assertThat(
            server.metric(
                "deed_key_requests_total",
                "code=\"429\",key=\"flood\"",
                "Authorization",
                "Bearer other-key"))
        .isEqualTo(2);
  }

  @Test
  void aKeyThatIsUsedTooOftenWaits() throws Exception {
    assertThat(ask("slow-key", 1).status()).isEqualTo(200);
    assertThat(ask("slow-key", 1).status()).isEqualTo(200);
    RunningServer.Reply reply = ask("slow-key", 1);
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.json().path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
    assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 30);
    assertThat(ask("no-key", 1).status()).isEqualTo(401);
  }

  @Test
  void aKeyHoldsNoMoreRowsThanItMay() throws Exception {
    CompletableFuture<HttpResponse<String>> first = begin("narrow-key", ENDLESS);
    CompletableFuture<HttpResponse<String>> second = begin("narrow-key", ENDLESS);
    until("deed_requests_waiting", 1);
    assertThat(ask("other-key", 1).status()).isEqualTo(200);
    until("deed_requests_waiting", 1);
    until("deed_requests_running", 1);
    leave(first);
    leave(second);
    until("deed_requests_running", 0);
    String beams = body(2).replace("\"max", "\"num_beams\": 2, \"max");
    assertThat(server.post(GENERATE, beams, "Authorization", "Bearer narrow-key").status())
        .isEqualTo(400);
  }
}
