package dev.deed.server;

import static dev.deed.server.RealtimeTest.awaitMetric;
import static dev.deed.server.RealtimeTest.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a realtime session, and how many. */
@Timeout(300)
final class RealtimeAccessTest {
  @TempDir Path folder;

  @BeforeEach
  void makeModel() throws IOException {
    TinyWhisper.thatTranscribes(folder);
  }

  @Test
  void whoMayNotAskGetsNoSession() throws Exception {
    String[] none = {};
    try (RunningServer keyed = serving(folder, "sesame")) {
      assertStatus(401, () -> new RealtimeClient(keyed, "", none));
      assertStatus(401, () -> new RealtimeClient(keyed, "", none, "Authorization", "Bearer x"));
      String[] page = {"realtime", "openai-insecure-api-key.sesame"};
      try (RealtimeClient header =
              new RealtimeClient(keyed, "", none, "Authorization", "Bearer sesame");
          RealtimeClient browser = new RealtimeClient(keyed, "", page)) {
        header.next("session.created");
        browser.next("session.created");
        assertThat(browser.subprotocol()).isEqualTo("realtime");
      }
    }
    try (RunningServer server = serving(folder, null)) {
      assertStatus(
          403, () -> new RealtimeClient(server, "", none, "Origin", "https://evil.example"));
      // Before its model is looked for, or loaded.
      assertStatus(
          403,
          () -> new RealtimeClient(server, "?model=none", none, "Origin", "https://evil.example"));
      assertStatus(404, () -> new RealtimeClient(server, "?model=none", none));
      assertThat(server.get("/v1/realtime").status()).isEqualTo(426);
      assertThat(server.post("/v1/realtime", "{}").status()).isEqualTo(405);
      awaitMetric(server, "deed_realtime_sessions", 0);
    }
  }

  @Test
  void aModelThatHearsNothingIsRefusedAtOnce(@TempDir Path temporary) throws Exception {
    try (RunningServer texts =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(temporary), "tiny")) {
      assertStatus(400, () -> new RealtimeClient(texts, "", new String[0]));
      assertThat(texts.get("/v1/realtime").text()).contains("takes no sound");
    }
  }

  /** Something that opens a session. */
  private interface Opening {
    RealtimeClient open() throws IOException;
  }

  private static void assertStatus(int status, Opening opening) {
    assertThatThrownBy(opening::open)
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
  }

  @Test
  void sessionsAndEventsAreBounded() throws Exception {
    List<RealtimeClient> clients = new ArrayList<>();
    try (RunningServer own = serving(folder, null)) {
      for (int refused = 0; refused == 0; ) {
        try {
          clients.add(new RealtimeClient(own));
        } catch (WebSocketHandshakeException e) {
          refused = e.getResponse().statusCode();
          assertThat(refused).isEqualTo(429);
          assertThat(e.getResponse().headers().firstValue("Retry-After")).isPresent();
        }
      }
      assertThat(clients).hasSize(32);
      // Those that send no sound take nothing of what bodies may have.
      String body = "{\"model\": \"" + "x".repeat(4 << 20) + "\"}";
      assertThat(own.post("/v1/generate", body).status()).isNotEqualTo(429);
      RealtimeClient first = clients.getFirst();
      first.send("{'type': '" + "x".repeat(1 << 20) + "'}");
      assertThat(first.closed()).startsWith("1009");
      clients.forEach(RealtimeClient::abort);
      awaitMetric(own, "deed_realtime_sessions", 0);
      try (RealtimeClient again = new RealtimeClient(own)) {
        again.next("session.created");
      }
    } finally {
      clients.forEach(RealtimeClient::close);
    }
  }
}
