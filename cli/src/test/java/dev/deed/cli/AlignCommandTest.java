package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed align} of a tiny Whisper that hears nonsense. */
final class AlignCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model = Path.of("");
  @TempDir private Path folder = Path.of("");
  private Path sound = Path.of("");
  private Path text = Path.of("");

  @BeforeEach
  void files() throws IOException {
    TranscribeRuns.in(model, folder);
    sound = Files.write(folder.resolve("a.wav"), Vowels.wav(Vowels.samples(0.5, 3.5, 4)));
    text = Files.writeString(folder.resolve("a.txt"), "w1 w2 w3. w4 w5 w6.\n");
  }

  private DeedRun align(Object... arguments) {
    Object[] all = new Object[arguments.length + 4];
    all[0] = "align";
    all[1] = model;
    all[2] = sound;
    all[3] = "--quiet";
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return DeedRun.of(all);
  }

  @Test
  void wordsComeBackInOrderWithTimesOrNull() throws IOException {
    JsonNode json = JSON.readTree(align("--text", text, "--json").out());
    assertThat(json.path("words").findValuesAsText("word"))
        .containsExactly("w1", "w2", "w3.", "w4", "w5", "w6.");
    assertThat(json.path("segments")).hasSize(2);
    for (JsonNode word : json.path("words")) {
      assertThat(word.has("start") && word.has("end") && word.has("probability")).isTrue();
      assertThat(word.path("start").isNull()).isEqualTo(word.path("end").isNull());
    }
    assertThat(json.path("duration").asDouble()).isEqualTo(4);
  }

  @Test
  void filesAreWrittenAndNotReplacedUnasked() throws IOException {
    Path output = folder.resolve("out.srt");
    assertThat(align("--text", text, "--format", "srt", "--output", output).code()).isZero();
    assertThat(output).exists();
    align("--text", text, "--format", "srt", "--output", output)
        .assertOneLine(2, "is there already");
    assertThat(align("--text", text, "--format", "srt", "--output", output, "--overwrite").code())
        .isZero();
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(3);
    }
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), " \n");
    align("--text", empty).assertOneLine(2, "text: holds no words; give what is said");
    align("--text", folder.resolve("none.txt")).assertOneLine(2, "none.txt");
    align("--text", text, "--format", "diarized_json").assertOneLine(2, "tells no words");
    align("--text", text, "--format", "srt", "--json").assertOneLine(2, "excludes --json");
    align("--text", text, "--max-line-width", "20").assertOneLine(2, "has no lines of subtitles");
    align("--text", text, "--language", "xx").assertOneLine(2, "language");
    align().assertOneLine(2, "--text");
  }
}
