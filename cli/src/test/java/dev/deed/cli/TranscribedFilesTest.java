package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files {@code deed transcribe} reads and writes, and what it says of them. */
final class TranscribedFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model = Path.of("");
  @TempDir private Path folder = Path.of("");
  private TranscribeRuns runs = new TranscribeRuns(model, folder);

  @BeforeEach
  void model() throws IOException {
    runs = TranscribeRuns.in(model, folder);
  }

  @Test
  void severalGoToStdoutOrIntoAFolder() throws IOException {
    runs.noise("a.wav", 1.5);
    runs.noise("b.wav", 0.7);
    Files.writeString(folder.resolve("c.wav"), "no sound");
    DeedRun lines = runs.transcribe(folder, "--format", "json");
    assertThat(lines.code()).isEqualTo(1);
    List<String> answers = lines.out().lines().toList();
    assertThat(answers).hasSize(3);
    assertThat(JSON.readTree(answers.get(1)).path("id").asText()).endsWith("b.wav");
    assertThat(answers.get(2)).contains("it is no sound of a known format");
    assertThat(lines.err())
        .isEqualTo("deed: sounds: 1 of 3 lines could not be decoded; their results say why\n");
    DeedRun subtitles = runs.transcribe(folder);
    subtitles.assertOneLine(1, "deed: sound " + folder.resolve("c.wav") + ": it is no sound");
    assertThat(subtitles.out().lines()).hasSize(3).last().isEqualTo("");
    Path out = folder.resolve("out");
    DeedRun files = runs.transcribe(folder, "--format", "srt", "--output", out);
    assertThat(files.code()).isEqualTo(1);
    files.assertOneLine(1, "c.wav: ", "it is no sound of a known format");
    assertThat(out.resolve("a.srt")).isRegularFile();
    assertThat(out.resolve("b.srt")).isRegularFile();
    assertThat(out.resolve("c.srt")).doesNotExist();
    runs.transcribe(folder, "--format", "srt", "--output", out)
        .assertOneLine(2, "a.srt: is there already; give another --output, --resume");
    // What is whole stays as it is; what is missing is made.
    Files.writeString(out.resolve("a.srt"), "mine");
    Files.delete(out.resolve("b.srt"));
    DeedRun again = runs.transcribe(folder, "--format", "srt", "--output", out, "--resume");
    again.assertOneLine(1, "c.wav: ");
    assertThat(out.resolve("a.srt")).content().isEqualTo("mine");
    assertThat(out.resolve("b.srt")).isRegularFile();
    DeedRun summed =
        DeedRun.of("transcribe", model, folder, "--format", "srt", "--output", out, "--resume");
    assertThat(summed.code()).isEqualTo(1);
    assertThat(summed.err()).contains("deed: 1 sound, 1 failed, 0 tokens");
    Path single = folder.resolve("one.txt");
    assertThat(runs.transcribe(folder.resolve("a.wav"), "--output", single).code()).isZero();
    assertThat(single).content().isEqualTo(runs.transcribe(folder.resolve("a.wav")).out());
  }

  @Test
  void whatIsMissingOrPassedOverIsSaid() throws IOException {
    Path sound = runs.noise("a b.wav", 2);
    byte[] whole = Files.readAllBytes(sound);
    Files.write(sound, Arrays.copyOf(whole, 44 + 32_000));
    DeedRun cut = runs.transcribe(sound, "--json");
    String warning = "the recording is cut off or damaged: the last 1.0 s of 2.0 s are missing";
    assertThat(cut.code()).isZero();
    assertThat(cut.err()).startsWith("deed: " + sound + ": warning: " + warning).hasLineCount(1);
    assertThat(JSON.readTree(cut.out()).path("warning").asText()).startsWith(warning);
    for (String name : List.of("notes.doc", "a b.srt", "cover.jpg", ".DS_Store")) {
      Files.writeString(folder.resolve(name), "no sound");
    }
    DeedRun all = runs.transcribe(folder);
    assertThat(all.code()).isZero();
    assertThat(all.err())
        .contains("deed: " + folder + ": passes over cover.jpg, notes.doc; names of sounds end")
        .contains("warning")
        .hasLineCount(2);
    for (int i = 0; i < 5; i++) {
      Files.writeString(folder.resolve(i + ".avi"), "");
    }
    assertThat(runs.transcribe(folder).err()).contains("4.avi and 2 more; names");
  }

  @Test
  void whatIsNoSoundIsRefusedWithTheFormatsThatAreRead() throws IOException {
    Path talk = Files.writeString(folder.resolve("talk.m4a"), "no sound");
    String why =
        "sound "
            + talk
            + ": it is no sound of a known format; give a WAV, MP3, M4A, Ogg, WebM or FLAC";
    runs.transcribe(talk).assertOneLine(2, why);
    runs.noise("a.wav", 0.5);
    DeedRun many = runs.transcribe(folder);
    assertThat(many.code()).isEqualTo(1);
    assertThat(many.err().strip()).isEqualTo("deed: " + why);
  }
}
