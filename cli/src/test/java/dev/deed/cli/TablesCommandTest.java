package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs and single pages of {@code deed tables}. */
final class TablesCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  @TempDir Path folder = Path.of("");
  private Path set = Path.of("");
  private JsonNode cases = MAPPER.missingNode();

  @BeforeEach
  void open() throws IOException {
    set = Shared.path("golden/tables/small");
    cases = MAPPER.readTree(set.resolve("cases.json").toFile()).get("cases");
  }

  private Path input() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode one : cases) {
      ObjectNode line = MAPPER.createObjectNode();
      line.set("id", one.get("name"));
      line.put("image", set.resolve(one.get("image").textValue()).toAbsolutePath().toString());
      line.set("table", one.get("table"));
      line.set("words", one.get("words"));
      lines.add(line.put("note", "kept").toString());
      line.put("id", one.get("name").textValue() + " twice").remove("words");
      line.putArray("tables").add(one.get("table")).add(one.get("table"));
      lines.add(line.putNull("table").toString());
    }
    lines.add(2, "{\"id\": 7, \"image\": \"none.png\", \"words\": []}");
    return Files.write(folder.resolve("in.jsonl"), lines);
  }

  private static String untimed(String lines) {
    return lines.replaceAll(",\"timing\":\\{[^}]*}", "");
  }

  @Test
  void jobsOfAllBatchesGiveTheSameAndGoOn() throws IOException {
    Path input = input();
    Path model = set.resolve("model");
    DeedRun alone = DeedRun.of("tables", model, "--input", input, "--quiet", "--batch", 1);
    List<String> lines = alone.out().lines().toList();
    assertThat(lines).hasSize(2 * cases.size() + 1);
    assertThat(lines.get(0)).contains("\"note\":\"kept\"").doesNotContain("\"words\"");
    assertThat(lines.get(2)).contains("there is no such file").doesNotContain("\"words\"");
    Path output = folder.resolve("out.jsonl");
    Files.write(output, lines.subList(0, 4));
    DeedRun.of("tables", model, "--input", input, "--output", output, "--resume", "--batch", 5);
    assertThat(untimed(Files.readString(output))).isEqualTo(untimed(alone.out()));
  }

  @Test
  void aPageIsPrintedAsHtml() {
    JsonNode one = cases.get(0);
    Path image = set.resolve(one.get("image").textValue());
    List<String> edges = one.get("table").valueStream().map(JsonNode::asText).toList();
    DeedRun run =
        DeedRun.of(
            "tables", set.resolve("model"), "--image", image, "--table", String.join(",", edges));
    assertThat(run.out().strip()).isEqualTo(one.get("without_words").get("html").textValue());
  }

  @Test
  void whatCannotBeUsedIsOneLine() {
    Path model = set.resolve("model");
    DeedRun.of("tables", model).assertOneLine(2, "needs one input; give --image or --input");
    DeedRun.of("tables", model, "--image", "a.png", "--table", "1,2")
        .assertOneLine(2, "--table: is 1,2; give X0,Y0,X1,Y1 in pixels");
    DeedRun.of("tables", DeedRun.model("bart"), "--image", "a.png")
        .assertOneLine(2, "reads no tables");
  }
}
