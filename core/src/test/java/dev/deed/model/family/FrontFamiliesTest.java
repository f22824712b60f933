package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.front.GridTransformerFront;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of families with fronts of their own: defaults in Transformers, and what is refused. */
final class FrontFamiliesTest {
  @Test
  void florenceKnowsItsDefaults() {
    ModelDescription florence = describe(config("florence2"));
    PictureTextFront front = (PictureTextFront) florence.spec().encoder().front();
    assertThat(front.placeholder()).isEqualTo(51_289);
    assertThat(front.layers()).isEqualTo(12);
    Values pixels = Values.of(new float[3 * 768 * 768], 3, 768, 768);
    assertThat(front.rows(EncoderInput.of(Part.PIXELS, pixels))).isEqualTo(577);
    assertThat(florence.tokens().decoderStart()).isEqualTo(2);
  }

  @Test
  void formulaNetKnowsItsDefaults() {
    ModelDescription formulaNet = describe(config("pp_formulanet"));
    GridTransformerFront front = (GridTransformerFront) formulaNet.spec().encoder().front();
    assertThat(front.windows()).containsExactly(14, 14, 32, 14, 14, 32, 14, 14, 32, 14, 14, 32);
    assertThat(front.mediaPositions()).isEqualTo(64);
    assertThat(formulaNet.spec().encoder().stack().layers()).isZero();
    assertThat(formulaNet.tokens().ends()).containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "florence2|projection_dim|768|the text's d_model",
        "florence2|window_size|8000|more than DEED holds",
        "florence2|depths|[1, 1]|one entry for each",
        "florence2|patch_prenorm|[1, 1]|true and false",
        "florence2|num_heads|[3, 8, 16, 32]|divide the width",
        "florence2|num_groups|[4, 8, 16, 33]|divide embed_dim",
        "florence2|mlp_ratio|0|must make",
        "florence2|patch_stride|[0, 1, 1, 1]|within 1..31",
        "florence2|embed_dim|[128, 256, 512, 99999]|within",
        "pp_formulanet|decoder_hidden_size|99|the text's d_model",
        "pp_formulanet|patch_size|[8, 16]|must be a square",
        "pp_formulanet|image_size|8192|more than DEED has room for",
        "pp_formulanet|window_size|8000|more than DEED has room for",
        "pp_formulanet|num_attention_heads|7|must divide hidden_size",
        "pp_formulanet|post_conv_in_channels|7|must be output_channels",
        "pp_formulanet|hidden_act|\"softplus\"|must be one of"
      })
  void whatCannotBeComputedIsRefused(String type, String key, String value, String why)
      throws JsonProcessingException {
    ObjectNode config = config(type);
    config.withObject("/vision_config").set(key, new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(why);
  }

  @Test
  void moonshineKnowsItsDefaults() {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("model_type", "moonshine");
    StackSpec decoder = describe(config).spec().decoder().stack();
    assertThat(decoder.layers()).isEqualTo(6);
    assertThat(decoder.feedForward().joined()).isTrue();
    assertThat(decoder.kind(5).rotary()).isEqualTo(new RotarySpec(32, true, 10_000, 1));
    // An odd number of values turns in pairs of its own angles.
    config.put("head_dim", 10);
    assertThat(describe(config).spec().decoder().stack().kind(0).rotary())
        .isEqualTo(new RotarySpec(10, true, 10_000, 1, 9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "decoder_num_attention_heads|4|must be encoder_num_attention_heads",
        "encoder_num_key_value_heads|4|must be encoder_num_attention_heads",
        "partial_rotary_factor|1.5|must turn pairs",
        "rope_theta|0|must be within",
        "rope_parameters|{\"rope_type\": \"yarn\"}|default",
        "rope_scaling|{\"type\": \"linear\"}|is not supported",
        "hidden_size|289|must divide hidden_size"
      })
  void whatMoonshineCannotBeIsRefused(String key, String value, String why)
      throws JsonProcessingException {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("model_type", "moonshine");
    config.set(key, new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> describe(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  private static ModelDescription describe(ObjectNode config) {
    return ModelFamily.describe(Config.of("config.json", config));
  }

  private static ObjectNode config(String type) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("model_type", type);
    config.putObject("vision_config");
    config
        .putObject("text_config")
        .put("model_type", type.equals("florence2") ? "bart" : "pp_formulanet_text")
        .put("vocab_size", 51_290)
        .put("d_model", type.equals("florence2") ? 1024 : 512)
        .put("encoder_layers", 2)
        .put("encoder_attention_heads", 2)
        .put("encoder_ffn_dim", 8)
        .put("decoder_layers", 2)
        .put("decoder_attention_heads", 2)
        .put("decoder_ffn_dim", 8)
        .put("max_position_embeddings", 20);
    return config;
  }
}
