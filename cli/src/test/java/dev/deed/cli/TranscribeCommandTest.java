package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.cli.output.AnswerOutput;
import dev.deed.cli.output.HeardSeconds;
import dev.deed.cli.output.ProgressLine;
import dev.deed.cli.output.TranscriptFile;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionListener;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import dev.deed.speech.WindowEnd;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import dev.deed.value.Effort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed transcribe} of a tiny Whisper that writes nonsense. */
final class TranscribeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path model = Path.of("");
  @TempDir Path folder = Path.of("");

  @BeforeEach
  void model() throws IOException {
    TinyWhisper.thatTranscribes(model);
  }

  /** Noise of 16 bits at 16 kHz. */
  private Path noise(String name, double seconds) throws IOException {
    int samples = (int) (seconds * 16_000);
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16);
    file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    Random random = new Random(7);
    while (file.hasRemaining()) {
      file.putShort((short) random.nextInt(-9000, 9000));
    }
    return Files.write(folder.resolve(name), file.array());
  }

  /** Of noise: in it no speech would be found. */
  private DeedRun transcribe(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("transcribe", model));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--quiet", "--vad", "off"));
    return DeedRun.of(all.toArray());
  }

  private DeedRun listen(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("transcribe", model, "--quiet"));
    all.addAll(List.of(arguments));
    return DeedRun.of(all.toArray());
  }

  @Test
  void whereNobodySpeaksThereIsNoText() throws IOException {
    Path noise = noise("long.wav", 2.5);
    assertThat(listen(noise).out()).isNotBlank();
    assertThat(listen("--vad", noise).out()).isBlank();
    assertThat(listen("--vad", noise, "--language", "de").out()).isBlank();
    assertThat(listen("--vad", "off", noise).out()).isNotBlank();
    JsonNode json = JSON.readTree(listen("--vad=on", noise, "--json").out());
    assertThat(json.path("segments")).isEmpty();
    assertThat(json.path("duration").asDouble()).isEqualTo(2.5);
    Path spoken = Files.write(folder.resolve("spoken.wav"), Vowels.wav(Vowels.samples(9, 11, 15)));
    JsonNode segments = JSON.readTree(listen("--vad", spoken, "--json").out()).path("segments");
    assertThat(segments)
        .isNotEmpty()
        .allMatch(one -> one.path("start").asDouble() > 8 && one.path("end").asDouble() < 12);
    listen(spoken, "--vad=maybe").assertOneLine(2, "--vad");
    listen(spoken, "--hotwords", "w1 ".repeat(30))
        .assertOneLine(2, "hotwords: comes to more than the");
    assertThat(listen(spoken, "--hotwords", "w1").code()).isZero();
  }

  @Test
  void channelsAreSpeakers() throws IOException {
    Path call =
        Files.write(
            folder.resolve("call.wav"),
            Vowels.wav(Vowels.samples(4, 6, 10), Vowels.samples(1, 3, 10)));
    JsonNode segments =
        JSON.readTree(listen("--vad", call, "--json", "--channels", "split").out())
            .path("segments");
    assertThat(segments.path(0).path("channel").asInt()).isEqualTo(1);
    assertThat(segments.path(segments.size() - 1).path("channel").asInt()).isZero();
    double before = 0;
    for (JsonNode segment : segments) {
      assertThat(segment.path("start").asDouble()).isGreaterThanOrEqualTo(before);
      before = segment.path("start").asDouble();
    }
    JsonNode speakers =
        JSON.readTree(listen("--vad", call, "--format", "diarized_json").out()).path("segments");
    assertThat(speakers).hasSameSizeAs(segments);
    assertThat(speakers.path(0).path("speaker").asText()).isEqualTo("B");
    assertThat(listen("--vad", call, "--channels", "split").out())
        .startsWith("[00:00:0")
        .contains("] channel 1: ");
    assertThat(
            JSON.readTree(listen("--vad", call, "--json").out())
                .path("segments")
                .path(0)
                .has("channel"))
        .isFalse();
    listen("--vad", call, "--channels", "both").assertOneLine(2, "--channels");
    // What a stopped run left goes on in its channel.
    Path output = folder.resolve("call.srt");
    String whole = listen("--vad", call, "--format", "srt", "--channels", "split").out();
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withVoice(VoiceActivity.defaults())
            .withChannels(Channels.SPLIT);
    stop(call, output, TranscriptFormat.SRT, options, 1);
    assertThat(
            listen(
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
  void everyFormat() throws IOException {
    Path sound = noise("long.wav", 2.5);
    DeedRun text = transcribe(sound);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out().strip()).isNotEmpty().doesNotContain("-->");
    assertThat(transcribe(sound, "--timestamps").out())
        .matches("(?s)(\\[00:00:0\\d\\.\\d{3} --> 00:00:0\\d\\.\\d{3}] [^\\n]*\\n)+");
    assertThat(JSON.readTree(transcribe(sound, "--format", "json").out()).path("text").asText())
        .isEqualTo(text.out().strip());
    JsonNode verbose = JSON.readTree(transcribe(sound, "--json", "--language", "de").out());
    assertThat(verbose.path("language").asText()).isEqualTo("german");
    assertThat(verbose.path("task").asText()).isEqualTo("transcribe");
    assertThat(verbose.path("duration").asDouble()).isEqualTo(2.5);
    JsonNode first = verbose.path("segments").path(0);
    assertThat(first.path("exit_layers")).hasSameSizeAs(first.path("tokens"));
    assertThat(transcribe(sound, "--format", "vtt").out()).startsWith("WEBVTT\n\n00:00:");
    assertThat(transcribe(sound, "--format", "srt").out()).startsWith("1\n00:00:");
  }

  @Test
  void aTranscriptIsProvedWindowByWindow() throws IOException {
    Path sound = noise("long.wav", 2.5);
    Path file = folder.resolve("proved.json");
    DeedRun made =
        transcribe(sound, "--receipt", "--json", "--output", file, "--condition-on-prev-tokens");
    assertThat(made.code()).as(made.err()).isZero();
    JsonNode json = JSON.readTree(Files.readString(file));
    JsonNode windows = json.path("windows");
    assertThat(windows.size()).isGreaterThan(1);
    assertThat(windows.path(1).path("receipt").path("settings").asText()).hasSize(64);
    DeedRun proof =
        DeedRun.of("verify", model, "--input", sound, "--answers", file, "--threads", 1);
    assertThat(proof.code()).as(proof.out() + proof.err()).isZero();
    assertThat(proof.err()).contains(windows.size() + " windows, ").contains("all equal");
    String text = json.path("text").asText();
    Files.writeString(file, json.toString().replace("\"text\":\"" + text, "\"text\":\"no " + text));
    DeedRun changed = DeedRun.of("verify", model, "--input", sound, "--answers", file);
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out())
        .contains("{\"id\":null,\"equal\":false,\"mismatches\":[\"text\"],\"tokens\":0}");
    DeedRun other = DeedRun.of("verify", model, "--input", noise("b.wav", 0.1), "--answers", file);
    assertThat(other.code()).isEqualTo(2);
    transcribe(sound, "--receipt", "--format", "srt")
        .assertOneLine(2, "--receipt: is for verbose_json that one run makes");
  }

  @Test
  void receiptsKnowWindowsOfSpeechAndOfChannels() throws IOException {
    Path call = folder.resolve("call.wav");
    Files.write(call, Vowels.wav(Vowels.samples(4, 6, 8), Vowels.samples(1, 3, 8)));
    Path file = folder.resolve("proved.json");
    DeedRun made =
        listen("--vad", call, "--channels", "split", "--receipt", "--json", "--output", file);
    assertThat(made.code()).as(made.err()).isZero();
    JsonNode windows = JSON.readTree(Files.readString(file)).path("windows");
    assertThat(windows.findValuesAsText("channel")).contains("0", "1");
    assertThat(windows.path(0).path("seek").asInt()).isPositive();
    DeedRun proof = DeedRun.of("verify", model, "--input", call, "--answers", file);
    assertThat(proof.code()).as(proof.out() + proof.err()).isZero();
  }

  @Test
  void aPredictionAndAnAssistantChangeNoTranscript() throws IOException {
    Path sound = noise("long.wav", 2.5);
    String text = transcribe(sound).out();
    for (String prediction : List.of(text.strip(), "nothing of that", "")) {
      DeedRun predicted = transcribe(sound, "--prediction", prediction);
      assertThat(predicted.out()).as(predicted.err()).isEqualTo(text);
    }
    DeedRun drafted = transcribe(sound, "--assistant", model);
    assertThat(drafted.out()).as(drafted.err()).isEqualTo(text);
    transcribe(sound, sound, "--prediction", text)
        .assertOneLine(2, "--prediction: is of one recording; transcribe one at a time");
  }

  @Test
  void wordsHaveTimesInJson() throws IOException {
    Path sound = noise("long.wav", 2.5);
    JsonNode verbose = JSON.readTree(transcribe(sound, "--word-times").out());
    assertThat(verbose.path("segments")).isNotEmpty();
    assertThat(verbose.path("words")).isNotEmpty();
    JsonNode plain = JSON.readTree(transcribe(sound, "--word-times", "--format", "json").out());
    assertThat(plain.path("words")).isEqualTo(verbose.path("words"));
    assertThat(plain.path("words").path(0).path("word").asText())
        .startsWith(plain.path("text").asText().split(" ", 2)[0]);
    transcribe(sound, "--word-times", "--format", "srt")
        .assertOneLine(2, "--word-times: are told in JSON alone; give --format json");
  }

  @Test
  void severalGoToStdoutOrIntoAFolder() throws IOException {
    noise("a.wav", 1.5);
    noise("b.wav", 0.7);
    Files.writeString(folder.resolve("c.wav"), "no sound");
    DeedRun lines = transcribe(folder, "--format", "json");
    assertThat(lines.code()).isEqualTo(1);
    List<String> answers = lines.out().lines().toList();
    assertThat(answers).hasSize(3);
    assertThat(JSON.readTree(answers.get(1)).path("id").asText()).endsWith("b.wav");
    assertThat(answers.get(2)).contains("it is no sound of a known format");
    assertThat(lines.err())
        .isEqualTo("deed: sounds: 1 of 3 lines could not be decoded; their results say why\n");
    DeedRun subtitles = transcribe(folder);
    subtitles.assertOneLine(1, "deed: sound " + folder.resolve("c.wav") + ": it is no sound");
    assertThat(subtitles.out().lines()).hasSize(3).last().isEqualTo("");
    Path out = folder.resolve("out");
    DeedRun files = transcribe(folder, "--format", "srt", "--output", out);
    assertThat(files.code()).isEqualTo(1);
    files.assertOneLine(1, "c.wav: ", "it is no sound of a known format");
    assertThat(out.resolve("a.srt")).isRegularFile();
    assertThat(out.resolve("b.srt")).isRegularFile();
    assertThat(out.resolve("c.srt")).doesNotExist();
    transcribe(folder, "--format", "srt", "--output", out)
        .assertOneLine(2, "a.srt: is there already; give another --output, --resume");
    // What is whole stays as it is; what is missing is made.
    Files.writeString(out.resolve("a.srt"), "mine");
    Files.delete(out.resolve("b.srt"));
    DeedRun again = transcribe(folder, "--format", "srt", "--output", out, "--resume");
    again.assertOneLine(1, "c.wav: ");
    assertThat(out.resolve("a.srt")).content().isEqualTo("mine");
    assertThat(out.resolve("b.srt")).isRegularFile();
    DeedRun summed =
        DeedRun.of("transcribe", model, folder, "--format", "srt", "--output", out, "--resume");
    assertThat(summed.code()).isEqualTo(1);
    assertThat(summed.err()).contains("deed: 1 sound, 1 failed, 0 tokens");
    Path single = folder.resolve("one.txt");
    assertThat(transcribe(folder.resolve("a.wav"), "--output", single).code()).isZero();
    assertThat(single).content().isEqualTo(transcribe(folder.resolve("a.wav")).out());
  }

  @Test
  void thresholdsAreSetAndSwitchedOff() throws IOException {
    Path sound = noise("a.wav", 0.9);
    String[] off = {"--compression-ratio-threshold=none", "--logprob-threshold=none"};
    String silent = "--no-speech-threshold=0";
    assertThat(transcribe(sound, silent, off[0], off[1]).out()).isBlank();
    assertThat(transcribe(sound, "--no-speech-threshold=none", off[0], off[1]).out())
        .isNotBlank()
        // All temperatures are refused for their mean, and the first stays.
        .isEqualTo(transcribe(sound, off[0]).out());
    assertThat(transcribe(sound, "--logprob-threshold=-1000", silent).out()).isNotBlank();
  }

  /** What a run leaves that was stopped behind some windows. */
  private void stop(Path sound, Path output, TranscriptFormat format, int windows) {
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withVoice(null)
            .withTimestamps(format.hasTimes())
            .withWordTimes(format.isJson())
            .withConditioned(true)
            .withTemperatures(List.of(0.0));
    stop(sound, output, format, options, windows);
  }

  private void stop(
      Path sound, Path output, TranscriptFormat format, TranscriptionOptions options, int windows) {
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, 1);
        Engine engine = opened.engine(EngineOptions.defaults().withKnee(1));
        TranscriptFile file =
            TranscriptFile.open(output, format, false, AnswerOutput.Existing.REFUSED)) {
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
    Path sound = noise("long.wav", 5.5);
    for (TranscriptFormat format : TranscriptFormat.values()) {
      Path output = folder.resolve("talk" + format.ending());
      Path kept = folder.resolve("talk" + format.ending() + ".deed-segments");
      List<Object> options =
          new ArrayList<>(List.of(sound, "--format", format.spelling(), "--temperature", 0));
      options.add("--condition-on-prev-tokens");
      if (format.isJson()) {
        options.add("--word-times");
      }
      DeedRun whole = transcribe(options.toArray());
      options.addAll(List.of("--output", output));
      stop(sound, output, format, 3);
      assertThat(kept).isRegularFile();
      if (format.isJson()) {
        assertThat(output).doesNotExist();
      } else {
        assertThat(whole.out()).startsWith(Files.readString(output).stripTrailing());
      }
      transcribe(options.toArray()).assertOneLine(2, "a run that was stopped left windows of it");
      options.add("--resume");
      if (format == TranscriptFormat.VTT) {
        // As after a kill: the file of windows has no name of its own yet, and its last line is
        // torn.
        Path part = folder.resolve(kept.getFileName() + ".deed-0123456789abcdef.part");
        Files.move(kept, part);
        Files.writeString(part, "{\"frame\": 1", StandardOpenOption.APPEND);
      }
      DeedRun resumed = transcribe(options.toArray());
      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(output).content().isEqualTo(whole.out());
      assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
      Files.writeString(kept, "{\"frame\": 1}\n");
      transcribe(options.toArray()).assertOneLine(2, "line 1 is no window of a transcript");
      Files.delete(kept);
      assertThat(transcribe(options.toArray()).code()).isZero();
      Files.delete(output);
    }
  }

  @Test
  void aSignalKeepsWholeCues() throws IOException, InterruptedException {
    Path sound = noise("long.wav", 900);
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
      DeedProcess.waitFor(() -> bytes.toString(StandardCharsets.UTF_8).contains("deed: 0 s\n"));
      TranscriptionListener listener = heard.listener();
      listener.window(new TranscriptionListener.Progress(List.of(), "en", 30, 600, end, null));
      Thread.sleep(20);
      listener.window(new TranscriptionListener.Progress(List.of(), "en", 60, 600, end, null));
      DeedProcess.waitFor(
          () -> bytes.toString(StandardCharsets.UTF_8).contains("deed: 60 of 600 s, "));
    }
  }

  @Test
  void whatIsMissingOrPassedOverIsSaid() throws IOException {
    Path sound = noise("a b.wav", 2);
    byte[] whole = Files.readAllBytes(sound);
    Files.write(sound, Arrays.copyOf(whole, 44 + 32_000));
    DeedRun cut = transcribe(sound, "--json");
    String warning = "the recording is cut off or damaged: the last 1.0 s of 2.0 s are missing";
    assertThat(cut.code()).isZero();
    assertThat(cut.err()).startsWith("deed: " + sound + ": warning: " + warning).hasLineCount(1);
    assertThat(JSON.readTree(cut.out()).path("warning").asText()).startsWith(warning);
    for (String name : List.of("notes.doc", "a b.srt", "cover.jpg", ".DS_Store")) {
      Files.writeString(folder.resolve(name), "no sound");
    }
    DeedRun all = transcribe(folder);
    assertThat(all.code()).isZero();
    assertThat(all.err())
        .contains("deed: " + folder + ": passes over cover.jpg, notes.doc; names of sounds end")
        .contains("warning")
        .hasLineCount(2);
    for (int i = 0; i < 5; i++) {
      Files.writeString(folder.resolve(i + ".wma"), "");
    }
    assertThat(transcribe(folder).err()).contains("4.wma and 2 more; names");
  }

  @Test
  void otherFormatsAreReadFromAPipe() throws IOException {
    Path talk = Files.writeString(folder.resolve("talk.m4a"), "no sound");
    String why =
        "sound "
            + talk
            + ": it is no sound of a known format; give a WAV or FLAC, or run ffmpeg -i "
            + talk
            + " -ac 1 -f wav - | deed transcribe MODEL -";
    DeedRun alone = transcribe(talk);
    alone.assertOneLine(2, why);
    noise("a.wav", 0.5);
    DeedRun many = transcribe(folder);
    assertThat(many.code()).isEqualTo(1);
    assertThat(many.err().strip()).isEqualTo("deed: " + why);
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path sound = noise("a.wav", 0.5);
    transcribe(sound, "--format", "ass")
        .assertOneLine(
            2,
            "--format: is \"ass\"; give one of text, json, verbose_json, diarized_json, srt, vtt");
    transcribe(sound, "--format", "srt", "--json").assertOneLine(2, "exclude one another");
    transcribe(sound, sound, "--format", "srt").assertOneLine(2, "give a folder with --output");
    transcribe(sound, "--language", "klingon").assertOneLine(2, "is no language of this model");
    transcribe(sound, "--temperature", "-1").assertOneLine(2, "temperature: is -1.0");
    transcribe(sound, "--logprob-threshold", "low")
        .assertOneLine(2, "'low' is neither a number nor none");
    transcribe(sound, "--no-speech-threshold", "NaN").assertOneLine(2, "neither a number nor");
    transcribe(sound, "--resume").assertOneLine(2, "--resume: is for --output alone");
    transcribe(sound, "--resume", "--overwrite", "--output", "x")
        .assertOneLine(2, "exclude one another");
    transcribe(folder.resolve("x.wav")).assertOneLine(2, "there is no such file");
    DeedRun.of("transcribe", DeedRun.model("bart"), sound, "--quiet")
        .assertOneLine(2, "takes no sound; give a Whisper model");
    DeedRun.of("transcribe", model, "--quiet").assertOneLine(2, "AUDIO");
  }
}
