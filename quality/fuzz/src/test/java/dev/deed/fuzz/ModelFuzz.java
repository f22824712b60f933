package dev.deed.fuzz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code config.json} of each family with settings changed, beside the weights that it then asks
 * for: what is described must also open and answer.
 */
public final class ModelFuzz {
  private static final Scratch SCRATCH = new Scratch();
  private static final List<ObjectNode> CONFIGURATIONS =
      TinyModels.folders().stream()
          .map(folder -> TinyModels.json(folder.resolve("config.json")))
          .toList();

  /** Settings that few of them state. */
  private static final List<String> MORE =
      List.of(
          "exits",
          "scale_embedding",
          "tie_word_embeddings",
          "is_gated_act",
          "dense_act_fn",
          "activation_function",
          "layer_norm_epsilon",
          "pad_token_id",
          "eos_token_id",
          "relative_bias_args",
          "quantization_config",
          "share_encoder_decoder_embeddings",
          "decoder_vocab_size",
          "max_2d_position_embeddings",
          "vision");

  /** Numbers of a model that is built and run; larger ones are described alone. */
  private static final long MOST_WEIGHTS = 200_000;

  private ModelFuzz() {}

  /**
   * Jazzer calls it first, of public classes alone: loading what an answer needs may take longer
   * than an answer may.
   */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(new byte[0]);
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    ObjectNode configuration = CONFIGURATIONS.get(choices.below(CONFIGURATIONS.size())).deepCopy();
    RandomJson.change(configuration, MORE, choices);
    try {
      ModelDescription description =
          ModelFamily.describe(Config.of("config.json", configuration.deepCopy()));
      List<Parameter> parameters = ParameterTable.of(description.spec());
      if (parameters.stream().mapToLong(Parameter::elements).sum() <= MOST_WEIGHTS) {
        SCRATCH.write("config.json", configuration.toString().getBytes(StandardCharsets.UTF_8));
        writeWeights(description, parameters);
        TinyModels.answer(SCRATCH.folder());
      }
    } catch (InputException e) {
      return;
    }
  }

  private static void writeWeights(ModelDescription description, List<Parameter> parameters) {
    Map<String, SafetensorsWriter.Entry> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      float[] values = new float[(int) parameter.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (i * 7 % 13 - 6) / 16f;
      }
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      tensors.put(
          description.names().toCheckpoint(parameter.name()),
          new SafetensorsWriter.Entry(shape, values));
    }
    try {
      SafetensorsWriter.write(SCRATCH.folder().resolve("model.safetensors"), tensors, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
