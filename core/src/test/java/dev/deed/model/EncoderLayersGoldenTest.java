package dev.deed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.GridTransformerFront;
import dev.deed.model.front.WindowFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What enters the encoder's layers and what leaves each of them (Swin: each stage, behind its
 * merging) against Transformers. An encoder is read again and again with ever more of its layers.
 */
final class EncoderLayersGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> ofTheRepository() throws IOException, URISyntaxException {
    return families(
        Path.of(
            Objects.requireNonNull(EncoderLayersGoldenTest.class.getResource("/families"))
                .toURI()));
  }

  @TestFactory
  Stream<DynamicTest> ofShared() throws IOException {
    return families(Shared.path("golden/hf"));
  }

  private static Stream<DynamicTest> families(Path root) throws IOException {
    List<Path> families;
    try (Stream<Path> entries = Files.list(root)) {
      families = entries.filter(Files::isDirectory).sorted().toList();
    }
    return families.stream()
        .map(family -> dynamicTest(family.getFileName().toString(), () -> agree(family)));
  }

  /** Known answers of families that are still to come lie beside those of today's. */
  private static void assumeRead(Path family) {
    String type = Config.read(family.resolve("model/config.json")).text("model_type");
    assumeTrue(
        ModelFamily.TYPES.contains(type),
        () -> "skipped: " + family + " is of a family to come, " + type);
  }

  private static void agree(Path family) {
    assumeRead(family);
    try (SafetensorsFile expected = SafetensorsFile.open(family.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(family.resolve("model"));
        ThreadPool pool = ThreadPool.of(2)) {
      Map<String, Tensor> tensors = expected.tensors();
      assumeTrue(
          !tensors.containsKey("in0.decoder.embed") || tensors.containsKey("in0.encoder.embed"),
          () -> "skipped: " + family + " begins with what the encoder gave");
      assumeFalse(
          folder.spec().encoder().front() instanceof GridTransformerFront,
          () -> "skipped: " + family + " has convolutions behind its layers");
      Decoder decoder = new Decoder(folder.spec(), folder);
      int inputs = 0;
      for (int i = 0; tensors.containsKey("in" + i + ".encoder.embed"); i++) {
        EncoderInput input = input(tensors, "in" + i + ".input.");
        compare(folder, decoder, input, 0, tensors.get("in" + i + ".encoder.embed"), pool);
        int layer = 0;
        for (String name = "in" + i + ".encoder.layer";
            tensors.containsKey(name + layer);
            layer++) {
          compare(folder, decoder, input, layer + 1, tensors.get(name + layer), pool);
        }
        inputs++;
      }
      assertThat(inputs).isPositive();
    }
  }

  private static void compare(
      ModelFolder folder,
      Decoder decoder,
      EncoderInput input,
      int layers,
      @Nullable Tensor expected,
      ThreadPool pool) {
    TransformerSpec.Encoder cut = firstLayers(folder.spec().encoder(), layers);
    float[] actual = new EncoderStack(cut, folder, decoder.shared()).run(input, pool).hidden();
    float[] values = Objects.requireNonNull(expected).toFloats();
    assertThat(actual).as(expected.name()).hasSameSizeAs(values);
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
      difference = Math.max(difference, Math.abs(values[i] - actual[i]));
    }
    assertThat(difference).as(expected.name()).isLessThanOrEqualTo(TOLERANCE * largest);
  }

  /** An encoder that ends behind some of its layers, or of its stages. */
  private static TransformerSpec.Encoder firstLayers(TransformerSpec.Encoder spec, int layers) {
    StackSpec stack = spec.stack();
    if (spec.front() instanceof WindowFront front) {
      return new TransformerSpec.Encoder(
          new WindowFront(
              front.channels(),
              front.patchHeight(),
              front.patchWidth(),
              front.width(),
              front.window(),
              front.stages().subList(0, layers)),
          spec.positions(),
          spec.embeddingNorm(),
          stack,
          spec.ownTable());
    }
    return new TransformerSpec.Encoder(
        spec.front(),
        spec.positions(),
        spec.embeddingNorm(),
        new StackSpec(
            layers,
            stack.width(),
            stack.attention(),
            stack.feedForward(),
            stack.norm(),
            stack.preNorm(),
            false,
            stack.layerScale(),
            stack.kinds()),
        spec.ownTable());
  }

  private static EncoderInput input(Map<String, Tensor> tensors, String prefix) {
    Map<Part, Values> values = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Tensor tensor = tensors.get(prefix + part.tensorName());
      if (part != Part.TOKENS && tensor != null) {
        values.put(part, Values.of(tensor));
      }
    }
    Tensor ids = tensors.get(prefix + Part.TOKENS.tensorName());
    return new EncoderInput(ids == null ? null : ids.toInts(), values);
  }
}
