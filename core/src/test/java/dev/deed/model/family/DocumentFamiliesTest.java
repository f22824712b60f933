package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import dev.deed.model.DocumentFront.LayoutAware;
import dev.deed.model.DocumentFront.LayoutInduced;
import dev.deed.model.EncoderInput.Part;
import dev.deed.tensor.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What UDOP's and LaTr's configurations come to, and which are refused. */
final class DocumentFamiliesTest {
  private static final String T5 =
      """
      "vocab_size": 20, "d_model": 8, "d_kv": 4, "d_ff": 16, "num_layers": 2, "num_heads": 2
      """;

  @Test
  void udopWithoutSettingsHasThreeBiases() throws JsonProcessingException {
    ModelDescription udop = describe("udop", "");
    LayoutInduced front = (LayoutInduced) udop.spec().encoder().front();
    assertThat(front.biases())
        .extracting(LayoutInduced.Bias::axis)
        .containsExactly(LayoutInduced.Axis.values());
    assertThat(front.biases())
        .extracting(bias -> bias.buckets().maxDistance())
        .containsExactly(128, 100, 100);
    assertThat(front.grid()).isEqualTo(14);
    assertThat(front.reads()).containsExactlyInAnyOrder(Part.TOKENS, Part.BOXES);
    assertThat(front.mayRead()).contains(Part.PIXELS);
    assertThat(udop.spec().decoderLayers()).isEqualTo(2);
    assertThat(udop.names().alternatives("encoder.biases.0.weight"))
        .contains("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
  }

  /** Along the sequence alone, boxes are not needed. */
  @Test
  void udopMayDoWithoutBoxes() throws JsonProcessingException {
    ModelDescription udop = describe("udop", ", \"relative_bias_args\": [{\"type\": \"1d\"}]");
    assertThat(udop.spec().encoder().front().reads()).containsExactly(Part.TOKENS);
    assertThat(udop.spec().encoder().front().mayRead()).contains(Part.BOXES);
  }

  /** T5 takes the tanh form here. */
  @Test
  void udopsGatedGeluIsTheErfForm() throws JsonProcessingException {
    String gated = ", \"feed_forward_proj\": \"gated-gelu\"";
    assertThat(activation(describe("udop", gated))).isEqualTo(Activation.GELU);
    assertThat(activation(describe("t5", gated))).isEqualTo(Activation.GELU_TANH);
    assertThat(activation(describe("deed-latr", gated))).isEqualTo(Activation.GELU_TANH);
    assertThat(activation(describe("udop", gated + ", \"dense_act_fn\": \"silu\"")))
        .isEqualTo(Activation.SILU);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'tie_word_embeddings': false | tie_word_embeddings",
        "'image_size': [224, 224] | image_size",
        "'patch_size': 225 | patch_size",
        "'image_size': 8192, 'patch_size': 1 | patch_size",
        "'relative_bias_args': [{'type': 'diagonal'}] | 1d, horizontal or vertical",
        "'relative_bias_args': [{'type': '1d', 'num_heads': 3}] | num_heads",
        "'relative_bias_args': [{'type': '1d', 'prefix_bucket': true}] | prefix_bucket",
        "'relative_bias_args': [{'type': '1d', 'scaling_factor': 2}] | scaling_factor",
        "'relative_bias_args': [{'type': 'vertical', 'scaling_factor': 1}] | scaling_factor",
        "'relative_bias_args': [{'type': '1d', 'max_distance': 8}] | max_distance",
        "'relative_bias_args': [{'type': '1d', 'bidirektional': true}] | bidirektional",
      })
  void udopsWithOtherResultsAreRefused(String settings, String told) {
    assertThatThrownBy(() -> describe("udop", ", " + settings.replace('\'', '"')))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(told);
  }

  @Test
  void latrReadsPicturesWhereAVitIsDescribed() throws JsonProcessingException {
    LayoutAware text = (LayoutAware) describe("deed-latr", "").spec().encoder().front();
    assertThat(text.rows()).isEqualTo(1001);
    assertThat(text.reads()).containsExactlyInAnyOrder(Part.TOKENS, Part.BOXES);
    assertThat(text.mayRead()).isEmpty();

    ModelDescription seeing = describe("deed-latr", ", \"vision\": " + vit("vit"));
    assertThat(seeing.spec().encoder().front().mayRead()).containsExactly(Part.PIXELS);
    assertThat(seeing.names().toCheckpoint("encoder.vision.layers.0.self.query.weight"))
        .isEqualTo("vision.encoder.layer.0.attention.attention.query.weight");
    assertThat(seeing.names().toCheckpoint("encoder.layers.0.self.query.weight"))
        .isEqualTo("encoder.block.0.layer.0.SelfAttention.q.weight");
  }

  @Test
  void latrsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> describe("deed-latr", ", \"vision\": " + vit("swin")))
        .hasMessageContaining("must be vit");
    assertThatThrownBy(() -> describe("deed-latr", ", \"max_2d_position_embeddings\": 1000"))
        .hasMessageContaining("1001");
  }

  private static String vit(String type) {
    return """
    {"model_type": "%s", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
     "intermediate_size": 8, "image_size": 32, "patch_size": 16}
    """
        .formatted(type);
  }

  private static Activation activation(ModelDescription description) {
    return description.spec().encoder().stack().feedForward().activation();
  }

  /**
   * @param settings keys beyond those of a small T5, behind a comma
   */
  private static ModelDescription describe(String type, String settings)
      throws JsonProcessingException {
    JsonNode json =
        new ObjectMapper().readTree("{\"model_type\": \"%s\", %s%s}".formatted(type, T5, settings));
    return ModelFamily.describe(Config.of("config.json", (ObjectNode) json));
  }
}
