package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.ExitSettings;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A served model whose own policy is watched. */
final class WatchedServerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    TinyModel.in(folder);
  }

  private void ownThreshold(double threshold) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) MAPPER.readTree(file.toFile());
    ((ObjectNode) config.get("exits")).put("threshold", threshold);
    MAPPER.writeValue(file.toFile(), config);
  }

  private RunningServer serving(double share, double tolerance) {
    return RunningServer.watching(
        folder, model -> new Watch(model, ExitSettings.own(), new Watch.Plan(share, tolerance, 1)));
  }

  private static JsonNode ask(RunningServer server, int word, String more) throws Exception {
    RunningServer.Reply reply =
        server.post(
            "/v1/generate",
            "{\"prompt\": \"w%d w7\", \"generation\": {\"max_new_tokens\": 6}%s}"
                .formatted(word, more));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  /** The log has one line, the meters the counts, and what follows is of full depth. */
  @Test
  void aShiftedSetFallsBackToFullDepth() throws Exception {
    ownThreshold(0.01);
    try (RunningServer server = serving(1, 0.2)) {
      int watched = 0;
      JsonNode last = ask(server, 3, "");
      while (last.has("drafted") && watched < 20) {
        watched++;
        last = ask(server, 3 + watched, "");
      }
      assertThat(watched).isBetween(2, 5);
      last.path("exit_layers").forEach(layer -> assertThat(layer.asInt()).isEqualTo(6));
      assertThat(server.metric("deed_watched_total", "")).isEqualTo(watched);
      assertThat(server.metric("deed_watched_disagreements_total", "")).isEqualTo(watched);
      assertThat(server.metric("deed_watched_fallbacks_total", "")).isEqualTo(1);
      assertThat(server.errors)
          .containsExactly(
              "model tiny: %d of %d watched answers differ from full depth's, more than the 20 %% "
                      .formatted(watched, watched)
                  + "allowed; full depth answers from here on");

      JsonNode own =
          ask(server, 3, ", \"exits\": {\"confidence\": \"max_prob\", \"threshold\": 0.01}");
      assertThat(own.path("exit_layers").get(0).asInt()).as("exits asked for").isLessThan(6);
    }
  }

  /** Tokens of a watched answer come at verifications alone, which a stream would show. */
  @Test
  void streamsAreNotWatched() throws Exception {
    ownThreshold(0.01);
    try (RunningServer server = serving(1, 0.2)) {
      for (int i = 0; i < 8; i++) {
        assertThat(stream(server, 3 + i)).doesNotContain("\"drafted\"");
      }
      assertThat(server.metric("deed_watched_total", "")).isZero();
      int asked = 0;
      while (server.metric("deed_watched_fallbacks_total", "") == 0 && asked < 20) {
        ask(server, 3 + asked++, "");
      }
      assertThat(stream(server, 3))
          .as("of full depth once it fell back")
          .contains("\"exit_layer\":6")
          .doesNotContain("\"exit_layer\":1");
    }
  }

  private static String stream(RunningServer server, int word) throws Exception {
    String body =
        "{\"prompt\": \"w%d w7\", \"stream\": true, \"generation\": {\"max_new_tokens\": 6}}"
            .formatted(word);
    String events = server.post("/v1/generate", body).text();
    assertThat(events).contains("event: done");
    return events;
  }

  @Test
  void aSoundPolicyGoesOn() throws Exception {
    ownThreshold(0.9);
    try (RunningServer server = serving(0.5, 0.5)) {
      int verified = 0;
      for (int i = 0; i < 40; i++) {
        verified += ask(server, 3 + i, "").has("drafted") ? 1 : 0;
      }
      assertThat(verified).isBetween(8, 32);
      assertThat(server.metric("deed_watched_total", "")).isEqualTo(verified);
      assertThat(server.metric("deed_watched_fallbacks_total", "")).isZero();
      assertThat(server.errors).isEmpty();
    }
  }
}
