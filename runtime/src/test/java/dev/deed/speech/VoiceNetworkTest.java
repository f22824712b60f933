package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.speech.VoiceActivity.Stretch;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Silero's network and its segments, as the package silero-vad has them. */
final class VoiceNetworkTest {
  /** Sums of a few hundred products in another order. */
  private static final float NEAR = 2e-5f;

  private static float[] samples(Path file) {
    SoundLimits limits = SoundLimits.DEFAULT.withSeconds(60);
    return new SoundReader(VoiceNetwork.RATE, limits, Interruption.NEVER).read(file).samples();
  }

  @Test
  void probabilitiesAndSegments() throws IOException {
    Path root = Shared.path("golden/vad");
    JsonNode cases = new ObjectMapper().readTree(root.resolve("cases.json").toFile());
    try (SafetensorsFile expected = SafetensorsFile.open(root.resolve("expected.safetensors"))) {
      for (JsonNode one : cases.path("cases")) {
        String name = one.path("name").asText();
        float[] samples = samples(root.resolve(one.path("file").asText()));
        float[] told = VoiceNetwork.shipped().probabilities(samples, Interruption.NEVER);
        assertThat(told)
            .as(name)
            .containsExactly(numbers(expected, name + ".probabilities"), within(NEAR));
        VoiceActivity plain = VoiceActivity.defaults();
        assertThat(with(plain.threshold(), 250, 100, 30).stretches(told, samples.length))
            .as(name)
            .isEqualTo(stretches(one.path("segments").path("default")));
        assertThat(with(plain.threshold(), 0, 2000, 400).stretches(told, samples.length))
            .as(name)
            .isEqualTo(stretches(one.path("segments").path("faster_whisper")));
        // There, stretches of more than five seconds are cut; here, windows are cut elsewhere.
        List<Stretch> strict =
            new VoiceActivity(0.7, 0.45, 500, 300, 100, 0).stretches(told, samples.length);
        List<Stretch> cut = stretches(one.path("segments").path("strict"));
        assertThat(strict.stream().map(Stretch::start).toList())
            .as(name)
            .isSubsetOf(cut.stream().map(Stretch::start).toList());
        assertThat(strict.stream().map(Stretch::end).toList())
            .as(name)
            .isSubsetOf(cut.stream().map(Stretch::end).toList());
        assertThat(cut)
            .as(name)
            .allMatch(
                part ->
                    strict.stream()
                        .anyMatch(
                            whole -> whole.start() <= part.start() && part.end() <= whole.end()));
      }
    }
  }

  private static float[] numbers(SafetensorsFile file, String name) {
    return Objects.requireNonNull(file.tensors().get(name), name).toFloats();
  }

  private static VoiceActivity with(double threshold, int speech, int silence, int padding) {
    return new VoiceActivity(threshold, threshold - 0.15, speech, silence, padding, 0);
  }

  private static List<Stretch> stretches(JsonNode segments) {
    List<Stretch> all = new ArrayList<>();
    segments.forEach(
        one -> all.add(new Stretch(one.path("start").intValue(), one.path("end").intValue())));
    return all;
  }

  @Test
  void layers() {
    Path root = Shared.path("golden/vad");
    VoiceNetwork network = VoiceNetwork.shipped();
    try (SafetensorsFile expected = SafetensorsFile.open(root.resolve("expected.safetensors"))) {
      for (String name : List.of("clean", "pause")) {
        float[] samples = samples(root.resolve(name + ".wav"));
        for (int window : List.of(0, 1, 40)) {
          float[] x = network.magnitudes(samples, window, 1);
          int frames = VoiceNetwork.FRAMES;
          String prefix = name + ".window" + window + ".";
          assertNear(expected, prefix + "magnitude", x, frames);
          for (int i = 0; i < network.convolutions().size(); i++) {
            x = network.convolutions().get(i).apply(x, frames);
            frames = network.convolutions().get(i).frames(frames);
            assertNear(expected, prefix + "conv" + (i + 1), x, frames);
          }
        }
      }
    }
  }

  /** Expected values lie channel by channel, ours frame by frame. */
  private static void assertNear(SafetensorsFile expected, String name, float[] x, int frames) {
    float[] theirs = numbers(expected, name);
    assertThat(x).as(name).hasSameSizeAs(theirs);
    int channels = x.length / frames;
    for (int i = 0; i < x.length; i++) {
      assertThat(x[i])
          .as(name)
          .isCloseTo(theirs[i % channels * frames + i / channels], within(1e-4f));
    }
  }
}
