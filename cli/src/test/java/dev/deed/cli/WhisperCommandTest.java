package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whisper's command line, as programs call it, by a tiny Whisper that writes nonsense. */
final class WhisperCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model = Path.of("");
  @TempDir private Path folder = Path.of("");
  private Path sound = Path.of("");

  @BeforeEach
  void files() throws IOException {
    TranscribeRuns.in(model, folder);
    sound = Files.write(folder.resolve("my talk.wav"), Vowels.wav(Vowels.samples(0.5, 3.5, 4)));
  }

  private DeedRun whisper(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("whisper"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--model", model));
    return DeedRun.of(all.toArray());
  }

  /**
   * What the class WhisperEngine of Opencast 17 starts and reads: the file, {@code --model}, {@code
   * --output_dir}, perhaps {@code --language}; then NAME.vtt, and where no language was stated,
   * that of NAME.json.
   */
  @Test
  void opencastsCallLeavesWhatItReads() throws IOException {
    Path work = folder.resolve("work");
    DeedRun run = whisper(sound.toAbsolutePath(), "--output_dir", work);
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Detected language: ").containsPattern("\\[\\d\\d:\\d\\d\\.");
    assertThat(Files.readString(work.resolve("my talk.vtt")))
        .startsWith("WEBVTT\n\n")
        .containsPattern("\n\\d\\d:\\d\\d\\.\\d{3} --> \\d\\d:\\d\\d\\.\\d{3}\n");
    JsonNode json = JSON.readTree(work.resolve("my talk.json").toFile());
    assertThat(json.path("language").asText()).hasSize(2);
    assertThat(json.path("segments")).isNotEmpty();
    assertThat(json.path("segments").path(0).path("id").asInt()).isZero();
    assertThat(json.path("segments").path(0).has("no_speech_prob")).isTrue();
    assertThat(
            whisper(
                    sound,
                    "--output_dir",
                    work,
                    "--language",
                    "en",
                    "--vad_filter",
                    "true",
                    "--compute_type",
                    "int8",
                    "--task",
                    "translate")
                .code())
        .isZero();
  }

  @Test
  void formatsAreFilesOfTheRecordingsName() throws IOException {
    Path work = folder.resolve("all");
    assertThat(whisper(sound, "-o", work, "--verbose", "False", "--beam_size", "2").out())
        .isEmpty();
    for (String format : List.of("txt", "vtt", "srt", "tsv", "json")) {
      assertThat(work.resolve("my talk." + format)).exists();
      Path one = folder.resolve(format);
      assertThat(
              whisper(
                      sound,
                      "--output_dir",
                      one,
                      "--output_format",
                      format,
                      "--verbose",
                      "False",
                      "--beam_size",
                      "2")
                  .code())
          .isZero();
      assertThat(one.resolve("my talk." + format))
          .hasSameTextualContentAs(work.resolve("my talk." + format));
    }
    assertThat(Files.readString(work.resolve("my talk.tsv")))
        .startsWith("start\tend\ttext\n")
        .containsPattern("\n\\d+\t\\d+\t");
    assertThat(Files.readString(work.resolve("my talk.srt"))).startsWith("1\n00:00:");
    JsonNode json = JSON.readTree(work.resolve("my talk.json").toFile());
    assertThat(json.path("segments").path(0).has("words")).isFalse();
  }

  @Test
  void wordsHaveTimesAndLinesBounds() throws IOException {
    Path work = folder.resolve("words");
    assertThat(
            whisper(
                    sound,
                    "-o",
                    work,
                    "--word_timestamps",
                    "True",
                    "--max_line_width",
                    "12",
                    "--max_line_count",
                    "1",
                    "--language",
                    "English",
                    "--verbose",
                    "False")
                .code())
        .isZero();
    JsonNode word =
        JSON.readTree(work.resolve("my talk.json").toFile()).path("segments").path(0).path("words");
    assertThat(word.path(0).path("word").asText()).startsWith(" ");
    assertThat(word.path(0).path("probability").asDouble()).isBetween(0.0, 1.0);
    whisper(sound, "--max_line_width", "12")
        .assertOneLine(2, "--max_line_width: needs times of words; add --word_timestamps True");
  }

  @Test
  void aRecordingThatCannotBeReadIsSkippedAsWhisperDoes() {
    Path work = folder.resolve("skipped");
    DeedRun run = whisper(folder.resolve("none.wav"), sound, "-o", work, "-f", "txt");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Skipping ").contains("none.wav");
    assertThat(work.resolve("my talk.txt")).exists();
    assertThat(work.resolve("none.txt")).doesNotExist();
  }

  @Test
  void whatCannotBeDoneIsRefusedByName() {
    whisper(sound, "--highlight_words", "True").assertOneLine(2, "--highlight_words True");
    whisper(sound, "--device", "cuda").assertOneLine(2, "--device cuda: cannot be done");
    whisper(sound, "--clip_timestamps", "0,5").assertOneLine(2, "--clip_timestamps 0,5");
    whisper(sound, "--patience", "2").assertOneLine(2, "--patience 2");
    whisper(sound, "--output_format", "ass").assertOneLine(2, "--output_format ass");
    whisper(sound, "--temperature", "warm").assertOneLine(2, "--temperature warm: is no number");
    whisper(sound, "--suppress_tokens", "a,b")
        .assertOneLine(2, "--suppress_tokens a,b: is no list of ids");
    whisper(sound, "--beams", "3").assertOneLine(2, "--beams: is no option of deed whisper");
    whisper(sound, "--language", "xx").assertOneLine(2, "language");
  }
}
