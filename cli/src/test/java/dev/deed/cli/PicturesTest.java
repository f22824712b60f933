package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void settingsThatCannotBeAreToldOnce() {
    DeedRun.of("generate", MODEL, "--image", SAMPLES, "--policy", "static", "--threshold", "0.5")
        .assertOneLine(2, "deed: ");
  }
}
