package dev.deed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.testing.Shared;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every layer of the encoders that read documents, padding included, against what Transformers
 * (UDOP) and an independent forward pass (LaTr, tools/latr_reference.py) compute.
 */
final class DocumentGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> fixtures() {
    return Stream.of("udop", "latr", "latr-stem")
        .map(family -> dynamicTest(family, () -> everyLayer(fixture(family))));
  }

  @Test
  void udopOfTransformers() {
    everyLayer(Shared.path("golden/hf/udop"));
  }

  /** Boxes as the processor leaves them, in thousandths, though the model takes fractions. */
  @Test
  void udopWithBoxesLeftInThousandths() {
    Path golden = Shared.path("golden/hf/udop");
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(golden.resolve("model"));
        ThreadPool pool = ThreadPool.of(1)) {
      EncoderInput input = Objects.requireNonNull(input(expected.tensors(), "in0"));
      Values boxes = input.require(Part.BOXES, -1, 4);
      float[] raw = new float[boxes.numbers().length];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = Math.round(1000 * boxes.numbers()[i]);
      }
      Map<Part, Values> values = new EnumMap<>(input.values());
      values.put(Part.BOXES, new Values(raw, boxes.shape()));
      Encoder encoder = new Encoder(folder.spec(), folder, new Decoder(folder.spec(), folder));
      EncoderOutput output = encoder.encode(new EncoderInput(input.tokenIds(), values), pool);
      assertThat(difference(expected.tensors(), "in0.raw_boxes.encoder.output", output.hidden()))
          .isNull();
    }
  }

  private static void everyLayer(Path golden) {
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(golden.resolve("model"));
        ThreadPool pool = ThreadPool.of(2)) {
      Map<String, Tensor> tensors = expected.tensors();
      List<String> wrong = new ArrayList<>();
      int inputs = 0;
      for (EncoderInput input = input(tensors, "in0");
          input != null;
          input = input(tensors, "in" + inputs)) {
        wrong.addAll(differences(folder, input, tensors, "in" + inputs, pool));
        inputs++;
      }
      assertThat(wrong).isEmpty();
      assertThat(inputs).isGreaterThan(1);
    }
  }

  /** What the front gives, every layer and the output, as {@link EncoderStack} runs them. */
  private static List<String> differences(
      ModelFolder folder,
      EncoderInput input,
      Map<String, Tensor> tensors,
      String name,
      ThreadPool pool) {
    TransformerSpec.Encoder spec = folder.spec().encoder();
    StackSpec stack = spec.stack();
    Decoder decoder = new Decoder(folder.spec(), folder);
    List<@Nullable String> wrong = new ArrayList<>();
    EncoderFront.Embedded embedded =
        spec.front().read(folder, stack, decoder.shared()).embed(input, pool);
    float[] hidden = embedded.hidden();
    int rows = embedded.positions();
    wrong.add(difference(tensors, name + ".encoder.embed", hidden));
    boolean layered = tensors.containsKey(name + ".encoder.layer0");
    for (int i = 0; layered && i < stack.layers(); i++) {
      LayerRun.of(
          folder,
          i,
          stack,
          hidden,
          new EncoderLayer.Rows(rows, embedded.visible(), bias(folder, embedded, i)),
          pool);
      wrong.add(difference(tensors, name + ".encoder.layer" + i, hidden));
    }
    EncoderOutput output = new Encoder(folder.spec(), folder, decoder).encode(input, pool);
    wrong.add(difference(tensors, name + ".encoder.output", output.hidden()));
    return wrong.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  private static @Nullable AttentionBias bias(
      ModelFolder folder, EncoderFront.Embedded embedded, int layer) {
    if (embedded.bias() != null) {
      return embedded.bias().of(layer);
    }
    PositionSpec.RelativeBias spec =
        (PositionSpec.RelativeBias) folder.spec().encoder().positions();
    return RelativeBias.read(folder, "encoder.relative_bias", d -> spec.bucket(d, true))
        .forRows(0, embedded.positions());
  }

  private static @Nullable EncoderInput input(Map<String, Tensor> tensors, String name) {
    Tensor ids = tensors.get(name + ".input.input_ids");
    if (ids == null) {
      return null;
    }
    Map<Part, Values> values = new EnumMap<>(Part.class);
    for (Part part : List.of(Part.BOXES, Part.PIXELS)) {
      Tensor tensor = tensors.get(name + ".input." + part.tensorName());
      if (tensor != null) {
        values.put(part, Values.of(tensor));
      }
    }
    return new EncoderInput(ids.toInts(), values);
  }

  /** What is wrong with a tensor; null when it agrees. */
  private static @Nullable String difference(
      Map<String, Tensor> tensors, String name, float[] actual) {
    float[] expected = Objects.requireNonNull(tensors.get(name), name).toFloats();
    if (expected.length != actual.length) {
      return "%s: %d values, not %d".formatted(name, actual.length, expected.length);
    }
    double largest =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i]))
            .reduce(1, Math::max);
    double difference =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i] - actual[i]))
            .reduce(0, Math::max);
    return difference <= TOLERANCE * largest ? null : name + " differs by " + difference;
  }

  private static Path fixture(String family) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(
                DocumentGoldenTest.class.getResource("/families/" + family), "no fixture")
            .toURI());
  }
}
