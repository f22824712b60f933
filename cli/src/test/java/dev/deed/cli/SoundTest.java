package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed generate --audio}, lines with {@code audio}, and what is told of such models. */
final class SoundTest {
  private static final Path SOUND = TinyWhisper.sound("s16.wav");

  @TempDir Path model = Path.of("");
  @TempDir Path folder = Path.of("");

  @BeforeEach
  void model() throws IOException {
    TinyWhisper.in(model);
  }

  @Test
  void aFileALineAndAFolderGiveTheSameAnswer() throws IOException {
    ObjectMapper json = new ObjectMapper();
    DeedRun one = DeedRun.of("generate", model, "--audio", SOUND, "--json", "--quiet");
    assertThat(one.code()).as(one.err()).isZero();
    JsonNode ids = json.readTree(one.out()).path("token_ids");
    assertThat(ids).isNotEmpty();
    Files.copy(SOUND, folder.resolve("a.wav"));
    Files.writeString(folder.resolve("b.wav"), "no sound");
    Path lines = Files.writeString(folder.resolve("in.jsonl"), "{\"audio\": \"a.wav\"}");
    DeedRun line = DeedRun.of("generate", model, "--input", lines, "--quiet");
    assertThat(json.readTree(line.out()).path("token_ids")).isEqualTo(ids);
    DeedRun all = DeedRun.of("generate", model, "--audio", folder, "--json", "--quiet");
    assertThat(all.code()).isEqualTo(1);
    List<String> answers = all.out().lines().toList();
    assertThat(answers).hasSize(2);
    assertThat(json.readTree(answers.getFirst()).path("token_ids")).isEqualTo(ids);
    assertThat(answers.getLast()).contains("it is no sound of a known format");
  }

  @Test
  void mistakesAreOneLine() {
    DeedRun.of("generate", model, "--audio", SOUND, "--image", SOUND)
        .assertOneLine(2, "--image, --audio: exclude one another");
    DeedRun.of("generate", model, "--image", SOUND, "--quiet")
        .assertOneLine(2, "has an image but no sound; this model reads sound: give audio");
    DeedRun.of("generate", DeedRun.model("t5-v1_0"), "--audio", SOUND, "--quiet")
        .assertOneLine(2, "has audio but no text; this model reads text: give a prompt");
    DeedRun.of("generate", DeedRun.model("t5-v1_0"), "--prompt", "x", "--audio", SOUND)
        .assertOneLine(
            2, "audio: is nothing that this model reads; leave it out: it reads input_ids");
    DeedRun.of("generate", model, "--audio", folder.resolve("x.wav"), "--quiet")
        .assertOneLine(2, "there is no such file");
  }

  @Test
  void infoTellsWhatIsRead() {
    DeedRun info = DeedRun.of("info", model);
    assertThat(info.out())
        .containsPattern("reads +\\[\"?input_features")
        .containsPattern("sound +\\{\"rate\":16000,\"bins\":5,\"seconds\":1}");
  }
}
