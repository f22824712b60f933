package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What BART and its descendants take for keys that a configuration lacks, as in Transformers. */
final class BartFamiliesTest {
  private static final Map<String, List<Integer>> START =
      Map.of("decoder_start_token_id", List.of(2));

  @Test
  void silentConfigurations() {
    check("bart", Activation.GELU, 1, tokens(2, 2, 1), settings(2, 2));
    check("mbart", Activation.GELU, 1, tokens(0, 2, 1), forced(2));
    check("marian", Activation.GELU, 1, tokens(58_100, 0, 58_100), settings(58_100, 0));
    check("pegasus", Activation.GELU, 1, tokens(0, 1, 0), settings(0, 1));
    check("m2m_100", Activation.RELU, 4, tokens(2, 2, 1), START);
    check(
        "whisper",
        Activation.GELU,
        1,
        tokens(50_257, 50_256, 50_256),
        Map.of(
            "decoder_start_token_id",
            List.of(50_257),
            "begin_suppress_tokens",
            List.of(220, 50_256)));
  }

  private static void check(
      String type,
      Activation activation,
      float scale,
      SpecialTokens tokens,
      Map<String, List<Integer>> generation) {
    ModelDescription description = describe(config(type));
    TransformerSpec spec = description.spec();
    assertThat(spec.encoder().stack().feedForward().activation()).isEqualTo(activation);
    assertThat(spec.decoder().stack().feedForward().activation()).isEqualTo(activation);
    assertThat(spec.decoder().embedding().scale()).isEqualTo(scale);
    if (spec.encoder().front() instanceof TokenFront front) {
      assertThat(front.scale()).isEqualTo(scale);
    }
    assertThat(description.tokens()).as(type).isEqualTo(tokens);
    assertThat(description.generation()).as(type).isEqualTo(generation);
  }

  @Test
  void mbartWithoutAStartBeginsAsATextDoes() {
    ObjectNode config = config("mbart").put("bos_token_id", 5);
    assertThat(describe(config).tokens().decoderStart()).isEqualTo(5);
    config.put("decoder_start_token_id", 7);
    assertThat(describe(config).tokens().decoderStart()).isEqualTo(7);
  }

  /** The outer configuration goes first, then the decoder's, then what the decoder's kind takes. */
  @Test
  void tokensOfTwoConfigurations() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("model_type", "vision-encoder-decoder").put("decoder_start_token_id", 8);
    config.putObject("encoder").put("model_type", "vit");
    ObjectNode decoder = config("mbart").put("decoder_start_token_id", 7).put("eos_token_id", 9);
    config.set("decoder", decoder);
    assertThat(describe(config).tokens()).isEqualTo(tokens(8, 9, 1));
    assertThat(describe(config).generation()).isEqualTo(forced(2));
    decoder.put("model_type", "trocr");
    assertThat(describe(config).generation()).isEqualTo(START);
  }

  /** Transformers puts no start token in front of a prompt for Donut and Whisper. */
  @Test
  void promptsThatReplaceTheStart() {
    ObjectNode pictures = JsonNodeFactory.instance.objectNode();
    pictures.put("model_type", "vision-encoder-decoder");
    pictures.putObject("encoder").put("model_type", "vit");
    pictures.set("decoder", config("mbart"));
    assertThat(describe(pictures).inputs().promptReplacesStart()).isFalse();
    pictures.putObject("encoder").put("model_type", "donut-swin");
    assertThat(describe(pictures).inputs().promptReplacesStart()).isTrue();
    assertThat(describe(config("whisper")).inputs().promptReplacesStart()).isTrue();
    assertThat(describe(config("bart")).inputs().promptReplacesStart()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "gelu,GELU",
    "gelu_python,GELU",
    "gelu_new,GELU_TANH",
    "gelu_fast,GELU_TANH",
    "gelu_accurate,GELU_TANH",
    "gelu_pytorch_tanh,GELU_TANH",
    "gelu_python_tanh,GELU_TANH",
    "relu,RELU",
    "silu,SILU",
    "swish,SILU",
  })
  void namesOfActivations(String name, Activation activation) {
    ObjectNode config = config("bart").put("activation_function", name);
    assertThat(describe(config).spec().decoder().stack().feedForward().activation())
        .isEqualTo(activation);
  }

  /** Near ours, and not the same. */
  @ParameterizedTest
  @CsvSource({"gelu_10", "quick_gelu", "relu2", "relu6", "mish"})
  void otherActivationsAreRefused(String name) {
    ObjectNode config = config("bart").put("activation_function", name);
    assertThatThrownBy(() -> describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("activation_function");
  }

  /** A table that is computed costs its writer nothing: 2²⁵ numbers are the most. */
  @ParameterizedTest
  @CsvSource({"marian", "pegasus", "m2m_100"})
  void aTableOfSinesHasABound(String type) {
    ObjectNode config = config(type).put("d_model", 32).put("max_position_embeddings", 1 << 20);
    assertThat(describe(config).spec().decoder().positions().most()).isEqualTo(1 << 20);
    config.put("d_model", 64);
    assertThatThrownBy(() -> describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("max_position_embeddings: is 1048576 but times d_model, 64, must be");
    config.put("model_type", "bart");
    assertThat(describe(config).spec().decoder().positions().most()).isEqualTo(1 << 20);
  }

  @Test
  void soHasThatOfTrOcr() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("model_type", "vision-encoder-decoder");
    config.putObject("encoder").put("model_type", "vit");
    ObjectNode decoder = config("trocr").put("d_model", 1 << 15);
    decoder.put("max_position_embeddings", 1 << 20).put("use_learned_position_embeddings", false);
    config.set("decoder", decoder);
    assertThatThrownBy(() -> describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("max_position_embeddings");
  }

  private static SpecialTokens tokens(int start, int end, int padding) {
    return new SpecialTokens(start, List.of(end), padding);
  }

  private static Map<String, List<Integer>> forced(int end) {
    return Map.of("forced_eos_token_id", List.of(end));
  }

  private static Map<String, List<Integer>> settings(int start, int forcedEnd) {
    return Map.of(
        "decoder_start_token_id", List.of(start), "forced_eos_token_id", List.of(forcedEnd));
  }

  private static ModelDescription describe(ObjectNode config) {
    return ModelFamily.describe(Config.of("config.json", config));
  }

  private static ObjectNode config(String type) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("model_type", type);
    for (String side : List.of("encoder", "decoder")) {
      config.put(side + "_layers", 1).put(side + "_attention_heads", 2).put(side + "_ffn_dim", 8);
    }
    config.put("d_model", 16).put("vocab_size", 60_000).put("max_position_embeddings", 20);
    config.put("num_mel_bins", 5).put("max_source_positions", 7).put("max_target_positions", 9);
    return config;
  }
}
