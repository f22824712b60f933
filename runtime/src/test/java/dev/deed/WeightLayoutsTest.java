package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.convert.CheckpointConverter;
import dev.deed.checkpoint.convert.KnownNames;
import dev.deed.decode.StepResult;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same model in one file, in shards, in other precisions. */
final class WeightLayoutsTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path OWN =
      ROOT.resolve("core/src/test/resources/golden/exits/t5-v1_1/model");

  @TempDir Path folder = Path.of("");
  private int converted;

  private record Answers(List<Integer> tokens, float[] logits) {}

  private static Answers answers(Path model, int[] input, int[] prefix) {
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model)) {
      Generation generation =
          opened.generate(Input.ofTokenIds(input), GenerationOptions.defaults());
      Features features = opened.features(Input.ofTokenIds(input).withDecoderPrefix(prefix));
      return new Answers(
          generation.steps().stream().map(StepResult::token).toList(),
          Objects.requireNonNull(features.exitLogits().get(opened.spec().decoderLayers())));
    }
  }

  private static void assertSame(Path left, Path right) {
    int[] input = {3, 9, 14, 1};
    int[] prefix = {0, 5, 7, 9};
    Answers one = answers(left, input, prefix);
    Answers other = answers(right, input, prefix);
    assertThat(other.tokens).isEqualTo(one.tokens);
    assertThat(other.logits).containsExactly(one.logits);
  }

  private Path convert(Path model, DataType precision, long shardBytes) {
    Path out = folder.resolve("converted-" + ++converted);
    new CheckpointConverter(precision, KnownNames.NONE, shardBytes)
        .convert(model, out, (done, all) -> {});
    return out;
  }

  @Test
  void shardsGiveTheSameBits() {
    Path sharded = convert(OWN, DataType.F32, 20_000);
    assertThat(sharded.resolve("model.safetensors")).doesNotExist();
    assertThat(sharded.resolve("model.safetensors.index.json")).exists();
    assertSame(OWN, sharded);
  }

  @Test
  void halfPrecisionsWidenExactly() {
    for (DataType half : List.of(DataType.BF16, DataType.F16)) {
      Path stored = convert(OWN, half, Long.MAX_VALUE);
      Path widened = convert(stored, DataType.F32, Long.MAX_VALUE);
      try (ModelFolder opened = ModelFolder.open(stored)) {
        assertThat(opened.tensor("head.weight").type()).isEqualTo(half);
      }
      assertSame(stored, widened);
    }
  }

  @Test
  void weightsThatAreNoNumbersAreRefusedInInt8Alone() throws IOException {
    Path broken = convert(OWN, DataType.F32, Long.MAX_VALUE);
    Path file = broken.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    // Behind eight bytes of length and the header, all is fp32.
    int from = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (int at = from; at + 4 <= bytes.length; at += 4) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, Float.NaN);
    }
    Files.write(file, bytes);
    OpenOptions options = OpenOptions.defaults();
    EncoderDecoderModel.open(broken, options.withPrecision(Precision.BF16)).close();
    assertThatThrownBy(
            () -> EncoderDecoderModel.open(broken, options.withPrecision(Precision.INT8)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void goldenShardsGiveTheSameBits() {
    Path golden = shared("golden/hf/t5-v1_1");
    assertSame(golden.resolve("model"), golden.resolve("model-sharded"));
  }

  @Test
  void goldenBfloat16WeightsGiveTheReferencesLogits() {
    Path golden = shared("golden/hf/t5-v1_1");
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      Tensor logits = Objects.requireNonNull(expected.tensors().get("in0.bf16_weights.logits"));
      int[] prefix = {0, 215, 192, 111, 16, 23, 267, 197, 439, 138, 381, 208};
      float[] ours =
          answers(golden.resolve("model-bf16"), new int[] {3, 502, 14, 1}, prefix).logits;
      float[] theirs = logits.toFloats();
      assertThat(ours).hasSameSizeAs(theirs);
      float largest = 1;
      for (float value : theirs) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < ours.length; i++) {
        assertThat(ours[i]).isCloseTo(theirs[i], within(1e-4f * largest));
      }
    }
  }

  /** A path beside the repository; the test is skipped where it is absent. */
  private static Path shared(String inside) {
    Path shared =
        Optional.ofNullable(System.getenv("DEED_SHARED"))
            .map(Path::of)
            .orElseGet(() -> ROOT.resolve("../shared"));
    Path path = shared.resolve(inside);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
