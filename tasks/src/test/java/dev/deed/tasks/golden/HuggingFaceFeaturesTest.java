package dev.deed.tasks.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Features;
import dev.deed.Input;
import dev.deed.checkpoint.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Encoder output, every decoder layer's output and logits of each family against Transformers. */
final class HuggingFaceFeaturesTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> everyFamily() {
    return HuggingFaceGolden.families()
        .map(family -> dynamicTest(family.getFileName().toString(), () -> agree(family)));
  }

  private static void agree(Path family) {
    try (HuggingFaceGolden golden = HuggingFaceGolden.open(family);
        EncoderDecoderModel model = EncoderDecoderModel.open(family.resolve("model"), 1)) {
      JsonNode forcing = golden.cases().path("teacher_forcing");
      int[] prefix = HuggingFaceGolden.ints(forcing.path("decoder_input_ids"));
      int[] longPrefix = HuggingFaceGolden.ints(forcing.path("long_decoder_input_ids"));
      Map<String, Tensor> tensors = golden.expected().tensors();
      for (JsonNode node : golden.cases().path("inputs")) {
        String name = node.path("name").asText();
        Input input = golden.input(name);
        compare(model.features(input.withDecoderPrefix(prefix)), tensors, name, name);
        if (name.equals("in0")) {
          compare(
              model.features(input.withDecoderPrefix(longPrefix)), tensors, name, name + ".long");
        }
      }
    }
  }

  private static void compare(
      Features features, Map<String, Tensor> tensors, String name, String decoder) {
    List<String> wrong = new ArrayList<>();
    check(wrong, tensors.get(name + ".encoder.output"), features.encoder().hidden());
    check(wrong, tensors.get(decoder + ".decoder.embed"), features.hidden().getFirst());
    int layers = features.hidden().size() - 1;
    for (int layer = 0; layer < layers; layer++) {
      check(
          wrong, tensors.get(decoder + ".decoder.layer" + layer), features.hidden().get(layer + 1));
    }
    check(wrong, tensors.get(decoder + ".logits"), features.exitLogits().get(layers));
    assertThat(wrong).as(decoder).isEmpty();
  }

  private static void check(
      List<String> wrong, @Nullable Tensor tensor, float @Nullable [] computed) {
    Tensor expected = Objects.requireNonNull(tensor);
    float[] actual = Objects.requireNonNull(computed);
    float[] values = expected.toFloats();
    if (values.length != actual.length) {
      wrong.add(expected.name() + ": " + actual.length + " for " + values.length + " values");
      return;
    }
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
      difference = Math.max(difference, Math.abs(values[i] - actual[i]));
    }
    if (!(difference <= TOLERANCE * largest)) {
      wrong.add(expected.name() + ": differs by " + difference);
    }
  }
}
