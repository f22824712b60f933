package dev.deed.processing.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.files.Interruption;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waveforms and spectrograms against those of SciPy and Transformers. */
final class LogMelProcessorTest {
  private static final float TOLERANCE = 5e-4f;
  private static final Path GOLDEN = Path.of("golden/hf/whisper-sound");

  @TempDir Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> everySoundOfTheReference() throws IOException {
    Path golden = Shared.path(GOLDEN.toString());
    JsonNode cases = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    List<JsonNode> sounds = new ArrayList<>();
    cases.path("sounds").forEach(sounds::add);
    return sounds.stream()
        .map(sound -> dynamicTest(sound.path("file").asText(), () -> agree(golden, sound)));
  }

  private static void agree(Path golden, JsonNode sound) {
    Path file = golden.resolve(sound.path("file").asText());
    assumeTrue(
        file.toString().endsWith(".wav") || FfmpegProgram.find().isPresent(),
        "no ffmpeg is here to read " + file);
    SoundLimits limits = SoundLimits.DEFAULT.withSeconds(60);
    float[] samples = new SoundReader(16_000, limits, Interruption.NEVER).read(file).samples();
    assertThat(samples).hasSize(sound.path("samples_at_16k").asInt());
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      Map<String, Tensor> tensors = expected.tensors();
      for (String name : List.of(".waveform", ".waveform.0")) {
        Tensor waveform = tensors.get(file.getFileName() + name);
        if (waveform != null) {
          float[] wanted = waveform.toFloats();
          assertThat(Arrays.copyOf(samples, wanted.length)).containsExactly(wanted, within(1e-5f));
        }
      }
      for (int bins : new int[] {80, 128}) {
        String name = file.getFileName() + ".mel" + bins;
        LogMelProcessor processor = new LogMelProcessor(bins, 16_000, 400, 160, 30, 0);
        if (sound.has("mel" + bins)) {
          Spectrogram padded = processor.padded(samples, Interruption.NEVER);
          assertThat(padded.shape()).containsExactly(bins, 3000);
          float rest = sound.path("mel" + bins).path("value_of_the_rest").floatValue();
          compare(padded, 0, Objects.requireNonNull(tensors.get(name)), rest);
        }
        if (sound.has("mel" + bins + "_whole")) {
          float[] window = Arrays.copyOf(samples, 480_000);
          pieces(processor.whole(samples, Interruption.NEVER), name + ".whole.", tensors);
          pieces(processor.padded(window, Interruption.NEVER), name + ".truncated.", tensors);
        }
      }
    }
  }

  private static void pieces(Spectrogram whole, String name, Map<String, Tensor> tensors) {
    for (Map.Entry<String, Tensor> piece : tensors.entrySet()) {
      String from = piece.getKey().replace(name, "");
      if (piece.getKey().startsWith(name) && from.matches("\\d+")) {
        compare(whole, Integer.parseInt(from), piece.getValue(), null);
      }
    }
  }

  /** The frames of a piece, and of those behind it the one value. */
  private static void compare(Spectrogram whole, int from, Tensor piece, @Nullable Float rest) {
    float[] wanted = piece.toFloats();
    int frames = piece.shape().getLast();
    for (int bin = 0; bin < whole.bins(); bin++) {
      int row = bin * whole.frames() + from;
      for (int i = 0; i < frames; i++) {
        assertThat(whole.values()[row + i])
            .as("bin %d, frame %d", bin, from + i)
            .isCloseTo(wanted[bin * frames + i], within(TOLERANCE));
      }
      for (int i = frames; rest != null && i < whole.frames(); i++) {
        assertThat(whole.values()[row + i]).isCloseTo(rest, within(TOLERANCE));
      }
    }
  }

  /** A transform of another length, by the definition. */
  @Test
  void frequencies() {
    int length = 2 * 3 * 5 * 7;
    double[] in = new double[2 * length];
    for (int i = 0; i < in.length; i++) {
      in[i] = Math.sin(i * i);
    }
    double[] out = new double[2 * length];
    new Fourier(length).transform(in, out);
    for (int k = 0; k < length; k++) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < length; i++) {
        double angle = -2 * Math.PI * (i * k % length) / length;
        real += in[i] * Math.cos(angle) - in[length + i] * Math.sin(angle);
        imaginary += in[i] * Math.sin(angle) + in[length + i] * Math.cos(angle);
      }
      assertThat(out[k]).isCloseTo(real, within(1e-10));
      assertThat(out[length + k]).isCloseTo(imaginary, within(1e-10));
    }
    assertThat(Fourier.largestFactor(400)).isEqualTo(5);
    assertThat(Fourier.largestFactor(4093)).isEqualTo(4093);
  }

  @Test
  void settingsOfAFolder() throws IOException {
    assertThat(LogMelProcessor.find(folder)).isEmpty();
    LogMelProcessor usual = new LogMelProcessor(80, 16_000, 400, 160, 30, 0);
    assertThat(read("{}")).isEqualTo(usual);
    assertThat(read("{'feature_size': 128, 'chunk_length': 20, 'padding_value': 0.5}"))
        .isEqualTo(new LogMelProcessor(128, 16_000, 400, 160, 20, 0.5));
    Files.writeString(
        folder.resolve("processor_config.json"), "{\"feature_extractor\": {\"feature_size\": 90}}");
    assertThat(read("{}").bins()).isEqualTo(90);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'dither': 0.1} | dither: is 0.1 but noise is not added",
        "{'feature_extractor_type': 'Wav2Vec2FeatureExtractor'} | WhisperFeatureExtractor",
        "{'padding_side': 'left'} | padding_side",
        "{'n_fft': 4093} | n_fft: is 4093 but must be a product of numbers up to 64",
        "{'hop_length': 1, 'chunk_length': 600} | more than 16 million numbers",
        "{'chunk_length': 0} | chunk_length: is 0 but must be within 1..600",
        "{'sampling_rate': 1000000} | sampling_rate"
      })
  void settingsThatAreRefused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  private LogMelProcessor read(String json) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), json.replace('\'', '"'));
    return LogMelProcessor.find(folder).orElseThrow();
  }

  @Test
  void nobodyWaits() {
    LogMelProcessor processor = new LogMelProcessor(80, 16_000, 400, 160, 30, 0);
    assertThatThrownBy(() -> processor.padded(new float[1], () -> true))
        .isInstanceOf(CancellationException.class);
  }
}
