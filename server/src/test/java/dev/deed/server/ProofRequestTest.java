package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.ExitSettings;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts over HTTP, and {@code /v1/verify}. */
final class ProofRequestTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "tiny");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private static ObjectNode input(String more) throws IOException {
    String line = "{\"id\": 7, \"prompt\": \"w10 w11 w12\"" + more + "}";
    return (ObjectNode) MAPPER.readTree(line);
  }

  private static ObjectNode generate(ObjectNode input) throws Exception {
    RunningServer.Reply reply = server.post("/v1/generate", input.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return (ObjectNode) reply.json();
  }

  private static RunningServer.Reply verify(ObjectNode input, JsonNode answer) throws Exception {
    ObjectNode body = MAPPER.createObjectNode();
    body.set("input", input);
    body.set("answer", answer);
    return server.post("/v1/verify", body.toString());
  }

  @Test
  void answersWithReceiptsAreProved() throws Exception {
    for (String more :
        List.of(
            ", \"exits\": {\"policy\": \"full\"}, \"receipt\": true",
            ", \"exits\": {\"policy\": \"full\"}, \"receipt\": true, \"stop\": \"w3\"",
            ", \"exits\": {\"threshold\": 0.01, \"lossless\": true}, \"generation\":"
                + " {\"do_sample\": true, \"seed\": 3, \"max_new_tokens\": 9}, \"receipt\": true")) {
      ObjectNode answer = generate(input(more));
      assertThat(answer.path("receipt").path("model").asText()).matches("[0-9a-f]{64}");
      // The receipt tells the settings.
      for (ObjectNode asked : List.of(input(more), input(""))) {
        JsonNode result = verify(asked, answer).json();
        assertThat(result.path("equal").asBoolean()).as("%s %s", asked, result).isTrue();
        assertThat(result.path("id").asInt()).isEqualTo(7);
        assertThat(result.path("tokens").asInt()).isEqualTo(answer.path("token_ids").size());
      }
      ArrayNode ids = (ArrayNode) answer.get("token_ids");
      int was = ids.get(1).asInt();
      ids.set(1, was == 5 ? 6 : 5);
      JsonNode changed = verify(input(more), answer).json();
      assertThat(changed.path("equal").asBoolean(true)).isFalse();
      assertThat(changed.path("position").asInt()).isEqualTo(1);
      assertThat(changed.path("expected").asInt()).isEqualTo(was);
      assertThat(changed.path("mismatches").toString()).contains("receipt.tokens");
    }
  }

  @Test
  void exitsAreHeldAgainstFullDepth() throws Exception {
    ObjectNode asked = input(", \"exits\": {\"threshold\": 0.01}");
    ObjectNode answer = generate(asked);
    JsonNode deep = generate(input(", \"exits\": {\"policy\": \"full\"}"));
    JsonNode result = verify(asked, answer).json();
    int position = result.path("position").asInt();
    assertThat(result.path("equal").asBoolean(true)).isFalse();
    assertThat(result.path("claimed")).isEqualTo(answer.path("token_ids").path(position));
    assertThat(result.path("expected")).isEqualTo(deep.path("token_ids").path(position));
  }

  @Test
  void whatCannotBeCheckedIsRefused() throws Exception {
    ObjectNode asked = input(", \"exits\": {\"policy\": \"full\"}");
    ObjectNode answer = generate(asked);
    assertThat(verify(input(", \"generation\": {\"num_beams\": 2}"), answer).text())
        .contains("not for beams or several answers");
    assertThat(verify(asked, MAPPER.createObjectNode()).text()).contains("has no token_ids");
    assertThat(server.post("/v1/verify", "{\"input\": {}}").status()).isEqualTo(400);
    assertThat(server.post("/v1/verify", "{\"input\": {}, \"answer\": {}, \"x\": 1}").text())
        .contains("unknown_parameter");
    ArrayNode ids = answer.putArray("token_ids");
    for (int i = 0; i < 5000; i++) {
      ids.add(5);
    }
    // The decoder has fewer positions, of which none beyond the allowed length is computed.
    assertThat(verify(asked, answer).json().path("equal").asBoolean(true)).isFalse();
    assertThat(
            server
                .post(
                    "/v1/generate",
                    "{\"prompt\": \"w1\", \"receipt\": true, \"generation\": {\"num_beams\": 2}, \"exits\": {\"policy\": \"full\"}}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void watchedModelsGiveNoReceipts(@TempDir Path folder) throws Exception {
    TinyModel.in(folder);
    try (RunningServer watching =
        RunningServer.watching(
            folder, model -> new Watch(model, ExitSettings.own(), new Watch.Plan(1, 0.5, 1)))) {
      RunningServer.Reply reply =
          watching.post("/v1/generate", input(", \"receipt\": true").toString());
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text()).contains("receipt");
    }
  }
}
