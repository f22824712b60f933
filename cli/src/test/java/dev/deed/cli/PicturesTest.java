package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed generate --image} with several pictures. */
final class PicturesTest {
  private static final Path MODEL = DeedRun.ROOT.resolve("models/text-lines");
  private static final Path SAMPLES = MODEL.resolve("samples");
  private static final String ANSWER = "Rückgeld 57.36 : OKNE";

  @TempDir Path folder = Path.of("");

  @Test
  void aFolderGivesALineForEachPicture() {
    DeedRun all = DeedRun.of("generate", MODEL, "--image", SAMPLES);
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out().lines()).hasSize(6).element(1).isEqualTo(ANSWER);
  }

  @Test
  void aBrokenPictureKeepsNoOtherFromItsAnswer() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
    Path change = SAMPLES.resolve("change.png");
    DeedRun some =
        DeedRun.of("generate", MODEL, "--image", broken, "--image", change, "--json", "--quiet");
    assertThat(some.code()).isEqualTo(1);
    ObjectMapper json = new ObjectMapper();
    List<String> lines = some.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode first = json.readTree(lines.getFirst());
    assertThat(first.path("id").asText()).isEqualTo(broken.toString());
    assertThat(first.path("error").asText()).contains("no picture of a known format");
    JsonNode last = json.readTree(lines.getLast());
    assertThat(last.path("id").asText()).isEqualTo(change.toString());
    assertThat(last.path("text").asText()).isEqualTo(ANSWER);
  }

  private static List<ObjectNode> answers(String lines) throws IOException {
    List<ObjectNode> answers = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      ObjectNode answer = (ObjectNode) new ObjectMapper().readTree(line);
      answer.remove("timing");
      answers.add(answer);
    }
    return answers;
  }

  @Test
  void aBatchGivesTheAnswersThatEachGetsAlone() throws IOException {
    DeedRun alone = DeedRun.of("generate", MODEL, "--image", SAMPLES, "--json", "--quiet");
    DeedRun batch =
        DeedRun.of("generate", MODEL, "--image", SAMPLES, "--json", "--quiet", "--batch", 4);
    assertThat(batch.code()).as(batch.err()).isZero();
    assertThat(answers(batch.out())).hasSize(6).isEqualTo(answers(alone.out()));
    DeedRun.of("generate", MODEL, "--image", SAMPLES, "--batch", 0).assertOneLine(2, "batch: is 0");
  }

  @Test
  void aFolderGoesOnWhereItWasStopped() throws IOException {
    Path out = folder.resolve("out.jsonl");
    DeedRun whole =
        DeedRun.of("generate", MODEL, "--image", SAMPLES, "--batch", 4, "--output", out);
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out()).isEmpty();
    assertThat(whole.err()).contains("deed: 6 pictures, 0 failed, ");
    List<String> lines = Files.readAllLines(out);
    Files.writeString(out, lines.getFirst() + "\n" + lines.get(1).substring(0, 90));
    DeedRun rest = DeedRun.of("generate", MODEL, "--image", SAMPLES, "--output", out, "--resume");
    assertThat(rest.err()).contains("deed: 6 pictures (1 of them there before), 0 failed, ");
    assertThat(answers(Files.readString(out))).isEqualTo(answers(String.join("\n", lines)));
    assertThat(folder.toFile().list()).containsExactly("out.jsonl");
    Path picture = SAMPLES.resolve("change.png");
    DeedRun.of("generate", MODEL, "--image", picture, "--image", picture, "--output", picture)
        .assertOneLine(2, "is the input; give another");
    DeedRun.of("generate", MODEL, "--image", picture, "--output", out)
        .assertOneLine(2, "--output: is for --input or several files alone");
  }

  @Test
  void settingsThatCannotBeAreToldOnce() {
    DeedRun.of("generate", MODEL, "--image", SAMPLES, "--policy", "static", "--threshold", "0.5")
        .assertOneLine(2, "deed: ");
  }
}
