package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.LayoutInducedFront;
import dev.deed.model.front.PictureFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.value.InputException;
import java.util.Objects;
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
    LayoutInducedFront front = (LayoutInducedFront) udop.spec().encoder().front();
    assertThat(front.biases())
        .extracting(LayoutInducedFront.Bias::axis)
        .containsExactly(LayoutInducedFront.Axis.values());
    assertThat(front.biases())
        .extracting(bias -> bias.buckets().maxDistance())
        .containsExactly(128, 100, 100);
    assertThat(front.grid()).isEqualTo(14);
    assertThat(front.reads()).containsExactlyInAnyOrder(Part.TOKENS, Part.BOXES);
    assertThat(front.mayRead()).contains(Part.PIXELS);
    assertThat(udop.spec().decoderLayers()).isEqualTo(2);
    assertThat(udop.names().candidates("encoder.biases.0.weight"))
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
    LayoutAwareFront text = (LayoutAwareFront) describe("deed-latr", "").spec().encoder().front();
    assertThat(text.rows()).isEqualTo(1001);
    assertThat(text.reads()).containsExactly(Part.TOKENS);
    assertThat(text.mayRead()).containsExactly(Part.BOXES);

    ModelDescription seeing = describe("deed-latr", ", \"vision\": " + vit("vit"));
    assertThat(seeing.spec().encoder().front().mayRead())
        .containsExactlyInAnyOrder(Part.BOXES, Part.PIXELS);
    assertThat(seeing.names().toCheckpoint("encoder.vision.layers.0.self.query.weight"))
        .isEqualTo("vision.encoder.layer.0.attention.attention.query.weight");
    assertThat(seeing.names().toCheckpoint("encoder.layers.0.self.query.weight"))
        .isEqualTo("encoder.block.0.layer.0.SelfAttention.q.weight");
  }

  /** What {@code train --arch ofa-stem} makes. */
  @Test
  void latrMayReadNoBoxesAndPicturesOfAnySize() throws JsonProcessingException {
    ModelDescription latr =
        describe("deed-latr", ", \"max_2d_position_embeddings\": 0, \"vision\": " + stem(""));
    LayoutAwareFront front = (LayoutAwareFront) latr.spec().encoder().front();
    assertThat(front.mayRead()).containsExactly(Part.PIXELS);
    assertThat(front.nowhere(3)).isEmpty();
    TransformerSpec.Encoder vision = Objects.requireNonNull(front.vision());
    assertThat(vision.stack().layers()).isZero();
    PictureFront stem = (PictureFront) vision.front();
    assertThat(stem.anySize()).isTrue();
    assertThat(stem.takes(16, 48)).isTrue();
    assertThat(stem.takes(1, 1)).isTrue();
    assertThat(stem.takes(17, 48)).isFalse();
    assertThat(stem.takes(16, 49)).isFalse();
    assertThat(ParameterTable.of(latr.spec()))
        .extracting(Parameter::name)
        .contains("encoder.vision.positions.weight")
        .doesNotContain("encoder.layout.x0.weight");
    assertThat(latr.names().toCheckpoint("encoder.vision.positions.weight"))
        .isEqualTo("vision.embeddings.position_embeddings");
    assertThat(latr.names().toCheckpoint("encoder.vision.stem.0.convolution.weight"))
        .isEqualTo("vision.embeddings.stem.0.convolution.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'vision': {'model_type': 'swin'} | must be vit or deed-convolutional-vit",
        "'vision': {'model_type': 'vit', 'num_hidden_layers': 0} | num_hidden_layers",
        "'vision': {} | model_type",
        "'vision': [] | vision",
        "'max_2d_position_embeddings': 1000 | 1001 or more, or 0",
        "'max_2d_position_embeddings': -1 | max_2d_position_embeddings",
        "'vision': STEM('any_size': 'yes') | any_size",
        "'vision': STEM('image_size': [0, 16]) | image_size",
        "'vision': STEM('image_size': [16, 48, 3]) | image_size",
        "'vision': STEM('stem': []) | must end with as many channels as hidden_size",
        "'vision': STEM('hidden_size': 16) | must end with as many channels as hidden_size",
        "'vision': STEM('stem': [{'channels': 8, 'kernel': 0, 'stride': 1}]) | kernel",
        "'vision': STEM('stem': [{'channels': 8, 'kernel': 3}]) | stride",
      })
  void latrsThatDoNotFitAreRefused(String settings, String told) {
    String json = ", " + settings.replace('\'', '"');
    int own = json.indexOf("STEM(");
    String whole =
        own < 0
            ? json
            : json.substring(0, own) + stem(", " + json.substring(own + 5, json.length() - 1));
    assertThatThrownBy(() -> describe("deed-latr", whole))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(told);
  }

  /** The later of two values of a key counts. */
  private static String stem(String settings) {
    return """
    {"model_type": "deed-convolutional-vit", "hidden_size": 8, "num_hidden_layers": 0,
     "num_attention_heads": 2, "intermediate_size": 8, "image_size": [16, 48], "any_size": true,
     "stem": [{"channels": 8, "kernel": [5, 3], "stride": [8, 4]}]%s}
    """
        .formatted(settings);
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
