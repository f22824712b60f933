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

  private static double waiting() throws Exception {
    return server.metric("deed_requests_waiting", "tiny", "Authorization", "Bearer other-key");
  }

  @Test
  void aFloodLosesAWaitingPlaceToAnother() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      flood.add(begin("flood-key", 3000));
    }
    while (waiting() < 2) {
      Thread.sleep(5);
    }
    assertThat(ask("flood-key", 1).status()).isEqualTo(429);
    assertThat(ask("other-key", 1).status()).isEqualTo(200);
    List<Integer> codes = flood.stream().map(one -> one.join().statusCode()).sorted().toList();
    assertThat(codes).containsExactly(200, 200, 200, 429);
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
    CompletableFuture<HttpResponse<String>> first = begin("narrow-key", 3000);
    CompletableFuture<HttpResponse<String>> second = begin("narrow-key", 3000);
    while (waiting() < 1) {
      Thread.sleep(5);
    }
    assertThat(ask("other-key", 1).status()).isEqualTo(200);
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(second.join().statusCode()).isEqualTo(200);
    String beams = body(2).replace("\"max", "\"num_beams\": 2, \"max");
    assertThat(server.post(GENERATE, beams, "Authorization", "Bearer narrow-key").status())
        .isEqualTo(400);
  }
}
