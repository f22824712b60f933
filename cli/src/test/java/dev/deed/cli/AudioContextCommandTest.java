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

/** A tiny Whisper of seven positions that encodes fewer, as told and as its folder states. */
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
        .assertOneLine(2, "--audio-context: is few; give positions such as 400, or off");
  }

  @Test
  void aRefusedAnswerIsGivenAgainByTheWholeWindow() throws IOException {
    assertThat(positions(List.of("--audio-context", "1", "--logprob-threshold", "-0.01")))
        .isEqualTo(7);
  }

  @Test
  void aFolderMayStateItsMargin() throws IOException {
    Path config = model.resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(config.toFile());
    json.putObject("audio_context").put("margin", 0);
    Files.writeString(config, json.toString());
    assertThat(positions(free())).isEqualTo(3);
    assertThat(positions(free("--audio-context", "off"))).isEqualTo(7);
  }
}
