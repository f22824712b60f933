package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /v1/tables}. */
final class TablesRequestTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static Path set = Path.of("");
  private static RunningServer server;

  @BeforeAll
  static void start() {
    set = Shared.path("golden/tables/small");
    server = RunningServer.of(RunningServer.options(null, null), set.resolve("model"), "tables");
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static ObjectNode body(JsonNode one) throws IOException {
    byte[] image = Files.readAllBytes(set.resolve(one.get("image").textValue()));
    return MAPPER
        .createObjectNode()
        .put("id", one.get("name").textValue())
        .put("image", "data:image/png;base64," + Base64.getEncoder().encodeToString(image));
  }

  private static JsonNode cases() throws IOException {
    return MAPPER.readTree(set.resolve("cases.json").toFile()).get("cases");
  }

  @Test
  void tablesAreThoseOfDocling() throws Exception {
    for (JsonNode one : cases()) {
      ObjectNode body = body(one);
      body.set("table", one.get("table"));
      body.set("words", one.get("words"));
      RunningServer.Reply reply = server.post("/v1/tables", body.toString());
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().get("otsl")).isEqualTo(one.get("with_words").get("otsl"));
      assertThat(reply.json().get("cells")).hasSize(one.get("with_words").get("cells").size());
      assertThat(reply.json().get("id")).isEqualTo(one.get("name"));
      assertThat(reply.json().has("words")).isFalse();
    }
  }

  @Test
  void aPageOfManyTablesGivesAList() throws Exception {
    JsonNode one = cases().get(0);
    ObjectNode body = body(one);
    body.putArray("tables").add(one.get("table")).add(one.get("table"));
    JsonNode reply = server.post("/v1/tables", body.toString()).json();
    assertThat(reply.get("tables")).as(reply.toString()).hasSize(2);
    JsonNode cells = reply.get("tables").get(0).get("cells");
    assertThat(cells).isEqualTo(reply.get("tables").get(1).get("cells"));
    assertThat(cells).hasSize(one.get("without_words").get("cells").size());
  }

  /** As many as may be asked, whatever the heap: they are taken in turns. */
  @Test
  void aPageOfTheMostTablesFitsASmallHeap() throws Exception {
    JsonNode one = cases().get(0);
    ObjectNode body = body(one);
    ArrayNode tables = body.putArray("tables");
    for (int i = 0; i < 64; i++) {
      tables.add(one.get("table"));
    }
    body.putObject("generation").put("max_new_tokens", 4);
    RunningServer.Reply reply = server.post("/v1/tables", body.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().get("tables")).hasSize(64);
  }

  @Test
  void theGrammarIsAFieldOfTheBody() throws Exception {
    ObjectNode body = body(cases().get(0)).put("table_grammar", true).put("empty_cells", true);
    RunningServer.Reply reply = server.post("/v1/tables", body.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @Test
  void whatCannotBeUsedIsRefusedByItsField() throws Exception {
    JsonNode one = cases().get(0);
    for (List<String> bad :
        List.of(
            List.of("table", "[1, 2, 3]", "table"),
            List.of("table", "[1, 2, \"3\", 4]", "table"),
            List.of("table", "[9, 9, 5, 12]", "table"),
            List.of("table", "[90000, 90000, 90001, 90001]", "table"),
            List.of("tables", "[]", "tables"),
            List.of("words", "[{\"text\": \"a\", \"box\": [1, 2, 0, 4]}]", "words[0].box"),
            List.of("words", "[{\"text\": \"a\"}]", "words"),
            List.of("empty_cells", "1", "empty_cells"),
            List.of("image", "\"page.png\"", "image"),
            List.of("stop", "\"a\"", "stop"),
            List.of("grammar", "true", "grammar"))) {
      ObjectNode body = body(one);
      body.set(bad.get(0), MAPPER.readTree(bad.get(1)));
      RunningServer.Reply reply = server.post("/v1/tables", body.toString());
      assertThat(reply.status()).as(bad + reply.text()).isEqualTo(400);
      assertThat(reply.json().get("error").path("param").asText())
          .as(reply.text())
          .isEqualTo(bad.get(2));
    }
  }
}
