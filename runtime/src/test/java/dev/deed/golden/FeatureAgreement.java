package dev.deed.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.Features;
import dev.deed.model.spec.EncoderInput.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a model computes for the inputs of a folder of known answers, against these answers. */
final class FeatureAgreement {
  private static final double TOLERANCE = 1e-4;

  private FeatureAgreement() {}

  /** Encoder output, every decoder layer's output and logits, for short and long prefixes. */
  static void check(Path family, JsonNode cases) {
    int[] prefix = ints(cases.path("teacher_forcing").path("decoder_input_ids"));
    int[] longPrefix = ints(cases.path("teacher_forcing").path("long_decoder_input_ids"));
    try (SafetensorsFile expected = SafetensorsFile.open(family.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(family.resolve("model"), 1)) {
      Map<String, Tensor> tensors = expected.tensors();
      for (JsonNode node : cases.path("inputs")) {
        String name = node.path("name").asText();
        if (!tensors.containsKey(name + ".encoder.output")) {
          continue;
        }
        Input input = input(tensors, name);
        compare(model.internals().features(input.withDecoderPrefix(prefix)), tensors, name, name);
        if (node.has("audio")) {
          Input sound = Input.ofAudio(family.resolve(node.path("audio").asText()));
          Features heard = model.internals().features(sound.withDecoderPrefix(prefix));
          compare(heard, tensors, name, name);
        }
        if (name.equals("in0") && longPrefix.length > 0) {
          compare(
              model.internals().features(input.withDecoderPrefix(longPrefix)),
              tensors,
              name,
              name + ".long");
        }
      }
    }
  }

  /** The raw input of a name, padding taken off. */
  static Input input(Map<String, Tensor> tensors, String name) {
    String prefix = name + ".input.";
    Input input = Input.empty();
    int[] ids = null;
    int[] mask = null;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        continue;
      }
      String key = entry.getKey().substring(prefix.length());
      switch (key) {
        case "input_ids" -> ids = entry.getValue().toInts();
        case "attention_mask" -> mask = entry.getValue().toInts();
        default -> {
          Values values = Values.of(entry.getValue());
          input = input.withTensor(key, values.numbers(), values.shape());
        }
      }
    }
    input = input.withTokenIds(ids);
    return mask == null ? input : input.withoutPadding(mask);
  }

  private static void compare(
      Features features, Map<String, Tensor> tensors, String name, String decoder) {
    List<String> wrong = new ArrayList<>();
    // Of long prefixes, some folders hold the logits alone.
    assertThat(tensors).containsKeys(name + ".encoder.output", decoder + ".logits");
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
    if (tensor == null) {
      return;
    }
    float[] actual = Objects.requireNonNull(computed);
    float[] values = tensor.toFloats();
    if (values.length != actual.length) {
      wrong.add(tensor.name() + ": " + actual.length + " for " + values.length + " values");
      return;
    }
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
      difference = Math.max(difference, Math.abs(values[i] - actual[i]));
    }
    if (!(difference <= TOLERANCE * largest)) {
      wrong.add(tensor.name() + ": differs by " + difference);
    }
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
