package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.CheckpointConverter;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.KnownNames;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.Storage;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.decode.Features;
import dev.deed.model.family.Int8Storage;
import dev.deed.model.family.ModelFolder;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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
      Features features =
          opened.internals().features(Input.ofTokenIds(input).withDecoderPrefix(prefix));
      return new Answers(
          generation.tokenIds(),
          Objects.requireNonNull(
              features.exitLogits().get(opened.internals().spec().decoderLayers())));
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
    return convert(model, Storage.of(precision), shardBytes);
  }

  private Path convert(Path model, Storage storage, long shardBytes) {
    Path out = folder.resolve("converted-" + ++converted);
    new CheckpointConverter(storage, KnownNames.NONE, shardBytes)
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
    EncoderDecoderModel.open(broken, options.withPrecision(WeightPrecision.BF16)).close();
    assertThatThrownBy(
            () -> EncoderDecoderModel.open(broken, options.withPrecision(WeightPrecision.INT8)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void int8IsStoredWithAScaleForEachOutput() throws IOException {
    Storage int8 = new Int8Storage(Config.read(OWN.resolve("config.json")));
    Path stored = convert(OWN, int8, 20_000);
    assertThat(size(stored)).isLessThan(size(OWN) / 2);
    assertThat(stored.resolve("config.json")).content().contains("deed-int8");
    try (ModelFolder opened = ModelFolder.open(stored);
        ModelFolder whole = ModelFolder.open(OWN)) {
      assertThat(opened.ignoredTensors()).isEmpty();
      for (String name : List.of("head.weight", "decoder.layers.1.cross.value.weight")) {
        Tensor tensor = opened.tensor(name);
        float[] near = tensor.toFloats();
        float[] exact = whole.tensor(name).toFloats();
        int inputs = tensor.shape().getLast();
        float[] row = new float[inputs];
        for (int output = 0; output < tensor.shape().getFirst(); output++) {
          tensor.read((long) output * inputs, row, 0, inputs);
          float most = 0;
          for (int k = 0; k < inputs; k++) {
            assertThat(row[k]).isEqualTo(near[output * inputs + k]);
            most = Math.max(most, Math.abs(exact[output * inputs + k]));
          }
          float half = most / 127 * 0.501f;
          for (int k = 0; k < inputs; k++) {
            assertThat(row[k]).isCloseTo(exact[output * inputs + k], within(half));
          }
        }
      }
      assertThat(opened.tensor("decoder.norm.weight").toFloats())
          .containsExactly(whole.tensor("decoder.norm.weight").toFloats());
    }
    assertThatThrownBy(() -> convert(stored, DataType.F32, Long.MAX_VALUE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("quantised");
  }

  @Test
  void scalesThatDoNotFitAreRefused() throws IOException {
    Storage int8 = new Int8Storage(Config.read(OWN.resolve("config.json")));
    Path stored = convert(OWN, int8, Long.MAX_VALUE);
    Path file = stored.resolve("model.safetensors");
    List<Tensor> changed = new ArrayList<>();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      for (Tensor tensor : weights.tensors().values()) {
        changed.add(
            tensor.name().equals("lm_head.weight_scale")
                ? new Tensor(
                    tensor.name(), DataType.F32, List.of(2), TensorData.of(new float[] {1, 2}))
                : tensor);
      }
      SafetensorsWriter.write(file, changed, Map.of(), bytes -> {});
    }
    assertThatThrownBy(() -> EncoderDecoderModel.open(stored))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("lm_head.weight_scale")
        .hasMessageContaining("[2]");
  }

  /** Other programs' pairs of such names may mean something else. */
  @Test
  void wholeNumbersOfOthersAreNoWeights() throws IOException {
    Path stored = convert(OWN, DataType.F32, Long.MAX_VALUE);
    Path file = stored.resolve("model.safetensors");
    List<Tensor> more = new ArrayList<>();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      more.addAll(weights.tensors().values());
      more.add(
          new Tensor(
              "x",
              DataType.I8,
              List.of(2, 2),
              TensorData.of(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}))));
      more.add(new Tensor("x_scale", DataType.F32, List.of(2), TensorData.of(new float[] {1, 2})));
      SafetensorsWriter.write(file, more, Map.of(), bytes -> {});
    }
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(stored)) {
      assertThat(opened.internals().folder().precision()).isEqualTo(WeightPrecision.FP32);
      assertThat(opened.internals().folder().ignoredTensors()).contains("x", "x_scale");
    }
  }

  private static long size(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      long sum = 0;
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
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
