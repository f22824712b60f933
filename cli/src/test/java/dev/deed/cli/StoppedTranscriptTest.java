package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.data.CueLayout;
import dev.deed.data.TranscriptFormat;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionListener;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import dev.deed.speech.WindowEnd;
import dev.deed.testing.Vowels;
import dev.deed.value.Effort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of {@code deed transcribe} that were stopped, and go on. */
final class StoppedTranscriptTest {
  @TempDir private Path model = Path.of("");
  @TempDir private Path folder = Path.of("");
  private TranscribeRuns runs = new TranscribeRuns(model, folder);

  @BeforeEach
  void model() throws IOException {
    runs = TranscribeRuns.in(model, folder);
  }

  /** What a run leaves that was stopped behind some windows. */
  private void stop(Path sound, Path output, TranscriptFormat format, int windows) {
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withVoice(null)
            .withTimestamps(format.hasTimes())
            .withWordTimes(format.isJson() || format.isSubtitles())
            .withConditioned(true)
            .withTemperatures(List.of(0.0));
    stop(sound, output, format, options, windows);
  }

  private void stop(
      Path sound, Path output, TranscriptFormat format, TranscriptionOptions options, int windows) {
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, 1);
        Engine engine = opened.engine(EngineOptions.defaults().withKnee(1));
        TranscriptFile file =
            TranscriptFile.open(
                output, format, false, CueLayout.USUAL, AnswerOutput.Existing.REFUSED)) {
      int[] done = new int[1];
      assertThatThrownBy(
              () ->
                  Transcriber.of(engine)
                      .transcribe(
                          Recording.of(sound),
                          options,
                          window -> {
                            file.add(window);
                            return ++done[0] < windows;
                          }))
          .isInstanceOf(CancellationException.class);
      assertThat(file.left()).contains(" up to ").endsWith("; go on with --resume");
    }
  }

  @Test
  void aStoppedTranscriptGoesOn() throws IOException {
    Path sound = runs.noise("long.wav", 5.5);
    for (TranscriptFormat format : TranscriptFormat.values()) {
      Path output = folder.resolve("talk" + format.ending());
      Path kept = folder.resolve("talk" + format.ending() + ".deed-segments");
      List<Object> options =
          new ArrayList<>(List.of(sound, "--format", format.spelling(), "--temperature", 0));
      options.add("--condition-on-prev-tokens");
      if (format.isJson()) {
        options.add("--word-times");
      }
      DeedRun whole = runs.transcribe(options.toArray());
      options.addAll(List.of("--output", output));
      stop(sound, output, format, 3);
      assertThat(kept).isRegularFile();
      if (format.isJson()) {
        assertThat(output).doesNotExist();
      } else {
        // A cue depends on those behind it.
        String shown = Files.readString(output).stripTrailing();
        assertThat(shown).isNotEmpty();
        assertThat(format.isSubtitles() || whole.out().startsWith(shown)).as(shown).isTrue();
      }
      runs.transcribe(options.toArray())
          .assertOneLine(2, "a run that was stopped left windows of it");
      options.add("--resume");
      if (format == TranscriptFormat.VTT) {
        // As after a kill: the file of windows has no name of its own yet, and its last line is
        // torn.
        Path part = folder.resolve(kept.getFileName() + ".deed-0123456789abcdef.part");
        Files.move(kept, part);
        Files.writeString(part, "{\"frame\": 1", StandardOpenOption.APPEND);
      }
      DeedRun resumed = runs.transcribe(options.toArray());
      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(output).content().isEqualTo(whole.out());
      assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
      Files.writeString(kept, "{\"frame\": 1}\n");
      runs.transcribe(options.toArray()).assertOneLine(2, "line 1 is no window of a transcript");
      Files.delete(kept);
      assertThat(runs.transcribe(options.toArray()).code()).isZero();
      Files.delete(output);
    }
  }

  @Test
  void aStoppedOneGoesOnInItsChannel() throws IOException {
    Path call =
        Files.write(
            folder.resolve("call.wav"),
            Vowels.wav(Vowels.samples(4, 6, 10), Vowels.samples(1, 3, 10)));
    Path output = folder.resolve("call.srt");
    String whole = runs.listen("--vad", call, "--format", "srt", "--channels", "split").out();
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withVoice(VoiceActivity.defaults())
            .withWordTimes(true)
            .withChannels(Channels.SPLIT);
    stop(call, output, TranscriptFormat.SRT, options, 1);
    assertThat(
            runs.listen(
                    "--vad",
                    call,
                    "--format",
                    "srt",
                    "--channels",
                    "split",
                    "--output",
                    output,
                    "--resume")
                .code())
        .isZero();
    assertThat(output).content().isEqualTo(whole);
  }

  @Test
  void aSignalKeepsWholeCues() throws IOException, InterruptedException {
    Path sound = runs.noise("long.wav", 900);
    Path output = folder.resolve("long.srt");
    DeedProcess run =
        DeedProcess.start(
            folder,
            List.of(),
            "transcribe",
            model,
            sound,
            "--format",
            "srt",
            "--temperature",
            "0",
            "--vad=off",
            "--output",
            output);
    DeedProcess.waitFor(() -> windows(output) > 4 || !run.process().isAlive());
    run.signal("TERM");
    assertThat(run.end()).as(run.stderr()).isEqualTo(143);
    assertThat(run.stderr())
        .contains(
            "deed: stopped: ", " segments, up to 00:00:", " are in ", "; go on with --resume");
    assertThat(Files.readString(output)).startsWith("1\n00:00:").endsWith("\n\n");
    assertThat(folder.resolve("long.srt.deed-segments")).isRegularFile();
  }

  private long windows(Path output) {
    try (var files = Files.list(folder)) {
      long lines = 0;
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(output.getFileName() + ".deed-segments")) {
          lines += Files.readAllLines(file).size();
        }
      }
      return lines;
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void aLogSaysWhereItIs() throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream log = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    WindowEnd end = new WindowEnd(0, 0, 600, "en", List.of(), Effort.NONE, null);
    HeardSeconds heard = new HeardSeconds();
    try (ProgressLine progress = ProgressLine.logging(heard::line, Duration.ofMillis(5), log)) {
      DeedProcess.waitFor(
          () -> bytes.toString(StandardCharsets.UTF_8).contains("deed: no window is done yet\n"));
      TranscriptionListener listener = heard.listener();
      listener.window(new TranscriptionListener.Progress(List.of(), "en", 30, 600, end, null));
      Thread.sleep(20);
      listener.window(new TranscriptionListener.Progress(List.of(), "en", 60, 600, end, null));
      DeedProcess.waitFor(
          () -> bytes.toString(StandardCharsets.UTF_8).contains("deed: 60 of 600 s, "));
      assertThat(heard.figures()).isEqualTo("60 of 600 s of those begun");
      listener.window(new TranscriptionListener.Progress(List.of(), "en", 600, 600, end, null));
      assertThat(heard.figures()).isEmpty();
    }
  }
}
