package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderLayer;
import dev.deed.model.EncoderOutput;
import dev.deed.model.LayerRun;
import dev.deed.model.RowNumbers;
import dev.deed.model.Workspace;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every tensor that OFA's own port made of a tiny model, row by row. */
final class OfaGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> everyTensor() throws IOException {
    Path root = Shared.path("golden/ofa");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode node :
        new ObjectMapper().readTree(root.resolve("cases.json").toFile()).path("cases")) {
      for (int row = 0; row < node.path("ids").size(); row++) {
        Case one =
            new Case(
                node.path("name").asText(),
                row,
                ints(node.path("ids").path(row)),
                ints(node.path("prefix").path(row)));
        tests.add(dynamicTest(one.name + " " + row, () -> agrees(root, one)));
      }
    }
    return tests.stream();
  }

  /**
   * One row of a case.
   *
   * @param ids padded as the batch was
   */
  private record Case(String name, int row, int[] ids, int[] prefix) {}

  private static void agrees(Path root, Case one) {
    try (SafetensorsFile expected = SafetensorsFile.open(root.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(root.resolve("model"));
        ThreadPool pool = ThreadPool.of(2)) {
      Comparison comparison = new Comparison(expected.tensors(), one);
      Decoder decoder = new Decoder(folder.spec(), folder);
      EncoderInput input = input(expected.tensors(), one);
      encoderLayers(comparison, folder, decoder, input, pool);
      EncoderOutput encoded = new Encoder(folder.spec(), folder, decoder).encode(input, pool);
      comparison.check("encoder.output", encoded.hidden(), encoded.visible());
      comparison.check("encoder.position_embedding", encoded.beside(), encoded.visible());
      decoderLayers(comparison, decoder, encoded, pool);
      assertThat(comparison.wrong).isEmpty();
      // 4 of the encoder, 3 layers, 5 of the decoder, 1 of logits; less 1 without a picture.
      assertThat(comparison.compared).isEqualTo(input.has(Part.PIXELS) ? 13 : 12);
    }
  }

  private static EncoderInput input(Map<String, Tensor> tensors, Case one) {
    Tensor pixels = tensors.get(one.name + ".pixel_values");
    if (pixels == null) {
      return EncoderInput.ofTokens(one.ids);
    }
    float[] row = row(pixels, one.row);
    List<Integer> shape = pixels.shape().subList(1, 4);
    return new EncoderInput(one.ids, Map.of(Part.PIXELS, new Values(row, shape)));
  }

  /** ResNet, embedding and layers one by one, as {@link Encoder} runs them. */
  private static void encoderLayers(
      Comparison comparison,
      ModelFolder folder,
      Decoder decoder,
      EncoderInput input,
      ThreadPool pool) {
    TransformerSpec.Encoder spec = folder.spec().encoder();
    ResNetTokenFront front = (ResNetTokenFront) spec.front();
    if (input.has(Part.PIXELS)) {
      FeatureMap features =
          ResNet.read(folder, ResNetTokenFront.RES_NET, front.resNet())
              .apply(FeatureMap.of(input.require(Part.PIXELS, 3, -1, -1)), pool);
      comparison.check("resnet", channelsFirst(features), features.channels());
    }
    EncoderFront.Embedded embedded =
        front.read(folder, spec.stack(), decoder.shared()).embed(input, pool);
    float[] hidden = embedded.hidden();
    comparison.check("encoder.embedding", hidden, embedded.positions());
    for (int i = 0; i < spec.stack().layers(); i++) {
      LayerRun.of(
          folder,
          i,
          spec.stack(),
          hidden,
          new EncoderLayer.Rows(
              embedded.positions(),
              embedded.visible(),
              Objects.requireNonNull(embedded.bias()).of(i)),
          pool);
      comparison.check("encoder.hidden." + (i + 1), hidden, embedded.visible());
    }
  }

  private static void decoderLayers(
      Comparison comparison, Decoder decoder, EncoderOutput encoded, ThreadPool pool) {
    int[] prefix = comparison.one.prefix;
    float[] hidden = new float[prefix.length * decoder.width()];
    decoder.embed(prefix, 0, hidden, 0);
    comparison.check("decoder.hidden.0", hidden, prefix.length);
    CrossMemory cross = new CrossMemory(decoder, encoded, float[]::new);
    Workspace workspace = new Workspace();
    for (int number = 1; number <= decoder.layerCount(); number++) {
      DecoderLayer layer = decoder.layer(number);
      DecoderLayer.Rows rows =
          new DecoderLayer.Rows(layer.newCache(prefix.length, float[]::new), cross, prefix.length);
      layer.apply(hidden, List.of(rows), workspace, pool);
      comparison.check("decoder.hidden." + number, hidden, prefix.length);
    }
    float[] logits = new float[prefix.length * decoder.vocabulary()];
    decoder.logits(decoder.layerCount(), hidden, prefix.length, logits, workspace, pool);
    comparison.check("logits", logits, prefix.length);
  }

  @Test
  void bucketsOfDistances() {
    Path file = Shared.path("golden/ofa/buckets.safetensors");
    try (SafetensorsFile buckets = SafetensorsFile.open(file)) {
      for (int size : List.of(8, 256)) {
        PositionSpec.Untied spec = new PositionSpec.Untied(1024, 1026, size, 1f);
        int[] expected = tensor(buckets.tensors(), "token." + size).toInts();
        for (int i = 0; i < expected.length; i++) {
          assertThat(spec.bucket(i - expected.length / 2)).isEqualTo(expected[i]);
        }
      }
    }
  }

  /** Which rows of the table the patches of a grid of 8 × 8 read, by a table of row numbers. */
  @Test
  void distancesOfPatches() {
    int grid = 8;
    Path file = Shared.path("golden/ofa/buckets.safetensors");
    try (SafetensorsFile buckets = SafetensorsFile.open(file)) {
      int[] expected = tensor(buckets.tensors(), "image." + grid).toInts();
      PatchDistances distances = PatchDistances.read(new RowNumbers(228), "table", grid, 1);
      int places = grid * grid;
      for (int query = 0; query < places; query++) {
        float[] read = new float[places];
        distances.add(0, query / grid, query % grid, grid, grid, read, 0);
        for (int key = 0; key < places; key++) {
          assertThat((int) read[key]).isEqualTo(expected[(query + 1) * (places + 1) + key + 1]);
        }
      }
    }
  }

  /** What is computed beside what is expected. */
  private static final class Comparison {
    private final Map<String, Tensor> expected;
    private final Case one;
    private final List<String> wrong = new ArrayList<>();
    private int compared;

    Comparison(Map<String, Tensor> expected, Case one) {
      this.expected = expected;
      this.one = one;
    }

    /**
     * @param rows to compare; those behind them are padding
     */
    void check(String name, float @Nullable [] computed, int rows) {
      Tensor tensor = tensor(expected, one.name + "." + name);
      float[] values = row(tensor, one.row);
      float[] actual = Objects.requireNonNull(computed);
      assertThat(actual).as(name).hasSize(values.length);
      int count = values.length / tensor.shape().get(1) * rows;
      double largest = 1;
      double difference = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
        difference = Math.max(difference, Math.abs(values[i] - actual[i]));
      }
      if (!(difference <= TOLERANCE * largest)) {
        wrong.add("%s differs by %s, largest %s".formatted(name, difference, largest));
      }
      compared++;
    }
  }

  private static float[] channelsFirst(FeatureMap map) {
    float[] values = new float[map.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i % map.channels() * map.positions() + i / map.channels()] = map.values()[i];
    }
    return values;
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static float[] row(Tensor tensor, int row) {
    float[] values = tensor.toFloats();
    int size = values.length / tensor.shape().getFirst();
    return Arrays.copyOfRange(values, row * size, (row + 1) * size);
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
