package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed transcribe} of a tiny Whisper that writes nonsense. */
final class TranscribeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model = Path.of("");
  @TempDir private Path folder = Path.of("");
  private TranscribeRuns runs = new TranscribeRuns(model, folder);

  @BeforeEach
  void model() throws IOException {
    runs = TranscribeRuns.in(model, folder);
  }

  @Test
  void whereNobodySpeaksThereIsNoText() throws IOException {
    Path noise = runs.noise("long.wav", 2.5);
    assertThat(runs.listen(noise).out()).isNotBlank();
    assertThat(runs.listen("--vad", noise).out()).isBlank();
    assertThat(runs.listen("--vad", noise, "--language", "de").out()).isBlank();
    assertThat(runs.listen("--vad", "off", noise).out()).isNotBlank();
    JsonNode json = JSON.readTree(runs.listen("--vad=on", noise, "--json").out());
    assertThat(json.path("segments")).isEmpty();
    assertThat(json.path("duration").asDouble()).isEqualTo(2.5);
    Path spoken = Files.write(folder.resolve("spoken.wav"), Vowels.wav(Vowels.samples(9, 11, 15)));
    JsonNode segments =
        JSON.readTree(runs.listen("--vad", spoken, "--json").out()).path("segments");
    assertThat(segments)
        .isNotEmpty()
        .allMatch(one -> one.path("start").asDouble() > 8 && one.path("end").asDouble() < 12);
    runs.listen(spoken, "--vad=maybe").assertOneLine(2, "--vad");
    runs.listen(spoken, "--hotwords", "w1 ".repeat(30))
        .assertOneLine(2, "hotwords: comes to more than the");
    assertThat(runs.listen(spoken, "--hotwords", "w1").code()).isZero();
  }

  @Test
  void channelsAreSpeakers() throws IOException {
    Path call =
        Files.write(
            folder.resolve("call.wav"),
            Vowels.wav(Vowels.samples(4, 6, 10), Vowels.samples(1, 3, 10)));
    JsonNode segments =
        JSON.readTree(runs.listen("--vad", call, "--json", "--channels", "split").out())
            .path("segments");
    assertThat(segments.path(0).path("channel").asInt()).isEqualTo(1);
    assertThat(segments.path(segments.size() - 1).path("channel").asInt()).isZero();
    double before = 0;
    for (JsonNode segment : segments) {
      assertThat(segment.path("start").asDouble()).isGreaterThanOrEqualTo(before);
      before = segment.path("start").asDouble();
    }
    JsonNode speakers =
        JSON.readTree(runs.listen("--vad", call, "--format", "diarized_json").out())
            .path("segments");
    assertThat(speakers).hasSameSizeAs(segments);
    assertThat(speakers.path(0).path("speaker").asText()).isEqualTo("B");
    assertThat(runs.listen("--vad", call, "--channels", "split").out())
        .startsWith("[00:00:0")
        .contains("] channel 1: ");
    assertThat(
            JSON.readTree(runs.listen("--vad", call, "--json").out())
                .path("segments")
                .path(0)
                .has("channel"))
        .isFalse();
    runs.listen("--vad", call, "--channels", "both").assertOneLine(2, "--channels");
  }

  @Test
  void everyFormat() throws IOException {
    Path sound = runs.noise("long.wav", 2.5);
    DeedRun text = runs.transcribe(sound);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out().strip()).isNotEmpty().doesNotContain("-->");
    assertThat(runs.transcribe(sound, "--timestamps").out())
        .matches("(?s)(\\[00:00:0\\d\\.\\d{3} --> 00:00:0\\d\\.\\d{3}] [^\\n]*\\n)+");
    assertThat(
            JSON.readTree(runs.transcribe(sound, "--format", "json").out()).path("text").asText())
        .isEqualTo(text.out().strip());
    JsonNode verbose = JSON.readTree(runs.transcribe(sound, "--json", "--language", "de").out());
    assertThat(verbose.path("language").asText()).isEqualTo("german");
    assertThat(verbose.path("task").asText()).isEqualTo("transcribe");
    assertThat(verbose.path("duration").asDouble()).isEqualTo(2.5);
    JsonNode first = verbose.path("segments").path(0);
    assertThat(first.path("exit_layers")).hasSameSizeAs(first.path("tokens"));
    assertThat(runs.transcribe(sound, "--format", "vtt").out()).startsWith("WEBVTT\n\n00:00:");
    assertThat(runs.transcribe(sound, "--format", "srt").out()).startsWith("1\n00:00:");
  }

  @Test
  void aTranscriptIsProvedWindowByWindow() throws IOException {
    Path sound = runs.noise("long.wav", 2.5);
    Path file = folder.resolve("proved.json");
    DeedRun made =
        runs.transcribe(
            sound, "--receipt", "--json", "--output", file, "--condition-on-prev-tokens");
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
        .contains("{\"id\":null,\"equal\":false,\"tokens\":0,\"mismatches\":[\"text\"]}");
    DeedRun other =
        DeedRun.of("verify", model, "--input", runs.noise("b.wav", 0.1), "--answers", file);
    assertThat(other.code()).isEqualTo(2);
    runs.transcribe(sound, "--receipt", "--format", "srt")
        .assertOneLine(2, "--receipt: is for verbose_json that one run makes");
  }

  @Test
  void receiptsKnowWindowsOfSpeechAndOfChannels() throws IOException {
    Path call = folder.resolve("call.wav");
    Files.write(call, Vowels.wav(Vowels.samples(4, 6, 8), Vowels.samples(1, 3, 8)));
    Path file = folder.resolve("proved.json");
    DeedRun made =
        runs.listen("--vad", call, "--channels", "split", "--receipt", "--json", "--output", file);
    assertThat(made.code()).as(made.err()).isZero();
    JsonNode windows = JSON.readTree(Files.readString(file)).path("windows");
    assertThat(windows.findValuesAsText("channel")).contains("0", "1");
    assertThat(windows.path(0).path("seek").asInt()).isPositive();
    DeedRun proof = DeedRun.of("verify", model, "--input", call, "--answers", file);
    assertThat(proof.code()).as(proof.out() + proof.err()).isZero();
  }

  @Test
  void aPredictionAndAnAssistantChangeNoTranscript() throws IOException {
    Path sound = runs.noise("long.wav", 2.5);
    String text = runs.transcribe(sound).out();
    for (String prediction : List.of(text.strip(), "nothing of that", "")) {
      DeedRun predicted = runs.transcribe(sound, "--prediction", prediction);
      assertThat(predicted.out()).as(predicted.err()).isEqualTo(text);
    }
    DeedRun drafted = runs.transcribe(sound, "--assistant", model);
    assertThat(drafted.out()).as(drafted.err()).isEqualTo(text);
    runs.transcribe(sound, sound, "--prediction", text)
        .assertOneLine(2, "--prediction: is of one recording; transcribe one at a time");
  }

  @Test
  void wordsHaveTimesInJson() throws IOException {
    Path sound = runs.noise("long.wav", 2.5);
    JsonNode verbose = JSON.readTree(runs.transcribe(sound, "--word-times").out());
    assertThat(verbose.path("segments")).isNotEmpty();
    assertThat(verbose.path("words")).isNotEmpty();
    JsonNode plain =
        JSON.readTree(runs.transcribe(sound, "--word-times", "--format", "json").out());
    assertThat(plain.path("words")).isEqualTo(verbose.path("words"));
    assertThat(plain.path("words").path(0).path("word").asText())
        .startsWith(plain.path("text").asText().split(" ", 2)[0]);
    runs.transcribe(sound, "--word-times", "--format", "srt")
        .assertOneLine(2, "--word-times: are told in JSON alone; give --format json");
  }

  @Test
  void thresholdsAreSetAndSwitchedOff() throws IOException {
    Path sound = runs.noise("a.wav", 0.9);
    String[] off = {"--compression-ratio-threshold=none", "--logprob-threshold=none"};
    String silent = "--no-speech-threshold=0";
    assertThat(runs.transcribe(sound, silent, off[0], off[1]).out()).isBlank();
    assertThat(runs.transcribe(sound, "--no-speech-threshold=none", off[0], off[1]).out())
        .isNotBlank()
        // All temperatures are refused for their mean, and the first stays.
        .isEqualTo(runs.transcribe(sound, off[0]).out());
    assertThat(runs.transcribe(sound, "--logprob-threshold=-1000", silent).out()).isNotBlank();
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path sound = runs.noise("a.wav", 0.5);
    runs.transcribe(sound, "--format", "ass")
        .assertOneLine(
            2,
            "--format: is \"ass\"; give one of text, json, verbose_json, diarized_json, srt, vtt");
    runs.transcribe(sound, "--format", "srt", "--json").assertOneLine(2, "exclude one another");
    runs.transcribe(sound, sound, "--format", "srt")
        .assertOneLine(2, "give a folder with --output");
    runs.transcribe(sound, "--language", "klingon")
        .assertOneLine(2, "is no language of this model");
    runs.transcribe(sound, "--temperature", "-1")
        .assertOneLine(2, "--temperature: is -1; give a number from 0 to 100");
    runs.transcribe(sound, "--logprob-threshold", "low")
        .assertOneLine(2, "--logprob-threshold: is low; give a number, or none");
    runs.transcribe(sound, "--no-speech-threshold", "NaN")
        .assertOneLine(2, "--no-speech-threshold: is NaN; give a number, or none");
    runs.transcribe(sound, "--resume").assertOneLine(2, "--resume: is for --output alone");
    runs.transcribe(sound, "--resume", "--overwrite", "--output", "x")
        .assertOneLine(2, "exclude one another");
    runs.transcribe(folder.resolve("x.wav")).assertOneLine(2, "there is no such file");
    DeedRun.of("transcribe", DeedRun.model("bart"), sound, "--quiet")
        .assertOneLine(2, "takes no sound; give a Whisper model");
    DeedRun.of("transcribe", model, "--quiet").assertOneLine(2, "AUDIO");
  }
}
