package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny Whisper of seven positions that encodes fewer, as told and as calibrated. */
final class AudioContextCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NO_THRESHOLDS =
      List.of("--logprob-threshold", "none", "--compression-ratio-threshold", "99");

  @TempDir Path model = Path.of("");
  @TempDir Path folder = Path.of("");
  private Path sound = Path.of("");

  @BeforeEach
  void model() throws IOException {
    TinyWhisper.thatTranscribes(model);
    // Its nonsense would not end by itself.
    Path settings = model.resolve("generation_config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(settings.toFile());
    json.set("forced_eos_token_id", json.get("eos_token_id"));
    Files.writeString(settings, json.toString());
    float[] vowels = Vowels.samples(0, 0.3, 0.3);
    sound = Files.write(folder.resolve("a.wav"), Vowels.wav(vowels));
  }

  /** Positions of the encoder in the one window; the transcript stays in a file. */
  private int positions(List<String> more) throws IOException {
    List<Object> all = new ArrayList<>(List.of("transcribe", model, sound, "--receipt", "--json"));
    all.addAll(List.of("--output", folder.resolve("a.json"), "--overwrite", "--quiet"));
    all.addAll(more);
    DeedRun run = DeedRun.of(all.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode windows = JSON.readTree(folder.resolve("a.json").toFile()).path("windows");
    return windows.path(0).path("positions").asInt();
  }

  private List<String> free(String... more) {
    List<String> all = new ArrayList<>(NO_THRESHOLDS);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void aShorterContextIsProvedAsItWasEncoded() throws IOException {
    assertThat(positions(free())).isEqualTo(7);
    assertThat(positions(free("--audio-context", "off"))).isEqualTo(7);
    assertThat(positions(free("--audio-context", "1"))).isEqualTo(4);
    Path answers = folder.resolve("a.json");
    DeedRun proof = DeedRun.of("verify", model, "--input", sound, "--answers", answers);
    assertThat(proof.code()).as(proof.out() + proof.err()).isZero();
    String text = Files.readString(answers);
    Files.writeString(answers, text.replace("\"positions\":4", "\"positions\":5"));
    assertThat(DeedRun.of("verify", model, "--input", sound, "--answers", answers).out())
        .contains("receipt.input");
    DeedRun.of("transcribe", model, "--audio-context=few", sound)
        .assertOneLine(2, "--audio-context: is few; give a whole number from 0 to 999999, or off");
  }

  @Test
  void aRefusedAnswerIsGivenAgainByTheWholeWindow() throws IOException {
    assertThat(positions(List.of("--audio-context", "1", "--logprob-threshold", "-0.01")))
        .isEqualTo(7);
  }

  @Test
  void theMarginThatKeepsThePromiseAndEncodesLeastBecomesTheFoldersOwn() throws IOException {
    Path data = folder.resolve("val.jsonl");
    Files.writeString(data, "{\"audio\": \"a.wav\"}\n".repeat(3));
    String[] loose = {"--tolerance", "99", "--level", "0.5", "--quiet"};
    DeedRun run = calibrate(data, loose);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("a margin of 800 keeps a mean loss of at most 99 points of exact");
    JsonNode own = JSON.readTree(model.resolve("config.json").toFile()).path("audio_context");
    // Answers fall back to whole windows, so no margin encodes less than another.
    assertThat(own.path("margin").asInt(-1)).isEqualTo(800);
    assertThat(own.path("calibration").path("test_examples").asInt()).isEqualTo(3);
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace(": 800", ": 0"));
    assertThat(positions(free())).isEqualTo(3);
    assertThat(positions(free("--audio-context", "off"))).isEqualTo(7);
    assertThat(calibrate(data).err()).contains("cannot show less than");
    calibrate(data, "--gates", "0.5").assertOneLine(2, "--gates: does not go with --audio-context");
    Files.writeString(data, "{\"prompt\": \"a\"}\n");
    calibrate(data, loose).assertOneLine(2, "line 1: names no audio");
  }

  private DeedRun calibrate(Path data, String... more) {
    List<Object> all =
        new ArrayList<>(List.of("calibrate", model, "--audio-context", "--data", data));
    all.addAll(List.of(more));
    return DeedRun.of(all.toArray());
  }
}
