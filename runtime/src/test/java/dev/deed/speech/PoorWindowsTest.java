package dev.deed.speech;

import static dev.deed.speech.TranscriberTest.OPTIONS;
import static dev.deed.speech.TranscriberTest.noise;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of windows that a threshold refuses; a tiny Whisper writes them. */
final class PoorWindowsTest {
  private static final double OFF = Double.POSITIVE_INFINITY;

  @TempDir private Path folder;
  private EncoderDecoderModel model;
  private Engine engine;
  private Transcriber transcriber;

  @BeforeEach
  void open() throws IOException {
    model = EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder), 1);
    engine = model.engine(EngineOptions.defaults().withKnee(4));
    transcriber = Transcriber.of(engine);
  }

  @AfterEach
  void close() {
    engine.close();
    model.close();
  }

  /** Without log-probabilities the text is the same; a threshold that reads them gets them. */
  @Test
  void logProbabilitiesAreTheCallersChoice() {
    TranscriptionOptions free = OPTIONS.withThresholds(Thresholds.none());
    TranscriptionOptions deaf =
        free.withGeneration(GenerationOptions.defaults().withLogProbabilities(false));
    Transcript told = transcriber.transcribe(noise(2.2, 3), free);
    Transcript untold = transcriber.transcribe(noise(2.2, 3), deaf);
    Transcript read =
        transcriber.transcribe(
            noise(2.2, 3), deaf.withThresholds(new Thresholds(OFF, -100.0, OFF)));
    assertThat(untold.segments().stream().map(TranscriptSegment::tokenIds).toList())
        .isEqualTo(told.segments().stream().map(TranscriptSegment::tokenIds).toList());
    assertThat(untold.segments()).allMatch(one -> Double.isNaN(one.meanLogProbability()));
    assertThat(read).isEqualTo(told);
  }

  private Transcript heard(int seed, Thresholds thresholds, Double... temperatures) {
    return transcriber.transcribe(
        noise(0.8, seed),
        OPTIONS.withTemperatures(List.of(temperatures)).withThresholds(thresholds));
  }

  private double ratio(int seed, double temperature) {
    return heard(seed, Thresholds.none(), temperature).segments().getFirst().compressionRatio();
  }

  @Test
  void poorWindowsAreDecodedAgain() {
    int seed = 0;
    while (ratio(seed, 0.9) >= ratio(seed, 0)) {
      seed++;
    }
    Thresholds between = new Thresholds((ratio(seed, 0.9) + ratio(seed, 0)) / 2, OFF, OFF);
    assertThat(heard(seed, between, 0.0, 0.9).segments()).isEqualTo(drawn(seed));
    // Where all are refused, the first stays that does not repeat itself, else the last.
    assertThat(heard(seed, new Thresholds(OFF, 0.0, OFF), 0.0, 0.9).segments())
        .isNotEmpty()
        .allMatch(one -> one.temperature() == 0);
    assertThat(
            heard(seed, new Thresholds(between.compressionRatio(), 0.0, OFF), 0.0, 0.9).segments())
        .isEqualTo(drawn(seed));
    assertThat(heard(seed, new Thresholds(0.0, OFF, OFF), 0.0, 0.9).segments())
        .isEqualTo(drawn(seed));
  }

  /** Draws repeat. */
  private List<TranscriptSegment> drawn(int seed) {
    return heard(seed, Thresholds.none(), 0.9).segments();
  }

  @Test
  void thresholdsAreThoseOfTheReferenceUnlessTheyAreSet() {
    TranscriptionOptions usual =
        new FolderDefaults("model", Map.of(), AudioContext.WHOLE).under(OPTIONS);
    assertThat(usual.temperatures()).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
    assertThat(usual.thresholds()).isEqualTo(new Thresholds(null, -1.0, 0.6));
    FolderDefaults folder =
        new FolderDefaults(
            "model",
            Map.of("temperature", List.of(0, 0.5), "logprob_threshold", -2),
            AudioContext.WHOLE);
    assertThat(folder.under(OPTIONS).temperatures()).containsExactly(0.0, 0.5);
    assertThat(folder.under(OPTIONS).thresholds()).isEqualTo(new Thresholds(null, -2.0, 0.6));
    TranscriptionOptions said =
        folder.under(
            OPTIONS.withTemperatures(List.of(0.0)).withThresholds(new Thresholds(2.0, OFF, null)));
    assertThat(said.temperatures()).containsExactly(0.0);
    assertThat(said.thresholds()).isEqualTo(new Thresholds(2.0, null, 0.6));
    assertThat(folder.under(OPTIONS.withThresholds(Thresholds.none())).thresholds())
        .isEqualTo(new Thresholds(OFF, null, null));
  }
}
