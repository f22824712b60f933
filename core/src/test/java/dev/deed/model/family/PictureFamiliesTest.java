package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.WindowFront;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;

/** Settings of picture encoders: their defaults in Transformers, and what is refused. */
final class PictureFamiliesTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Test
  void whatIsNotSaidIsWhatTransformersTakes() {
    TransformerSpec.Encoder vit = encoder("vit");
    assertThat(vit.stack().layers()).isEqualTo(12);
    assertThat(vit.stack().width()).isEqualTo(768);
    assertThat(((PatchFront) vit.front()).positions()).isEqualTo(197);

    TransformerSpec.Encoder deit = encoder("deit");
    assertThat(((PatchFront) deit.front()).positions()).isEqualTo(198);

    TransformerSpec.Encoder beit = encoder("beit");
    assertThat(beit.front()).isInstanceOf(PatchFront.class);
    assertThat(beit.positions()).isInstanceOf(PositionSpec.None.class);
    assertThat(beit.stack().layerScale()).isTrue();
    assertThat(beit.stack().finalNorm()).isFalse();
    assertThat(beit.stack().attention().biases().key()).isFalse();

    TransformerSpec.Encoder swin = encoder("donut-swin");
    assertThat(swin.layers()).isEqualTo(12);
    assertThat(swin.stack().layers()).isZero();
    assertThat(swin.stack().width()).isEqualTo(768);
    assertThat(((WindowFront) swin.front()).window()).isEqualTo(7);
  }

  @Test
  void pix2StructKnowsItsDefaults() {
    ObjectNode config = JSON.objectNode().put("model_type", "pix2struct");
    config.putObject("text_config");
    config.putObject("vision_config");
    ModelDescription description = ModelFamily.describe(Config.of("config.json", config));
    assertThat(description.spec().decoder().vocabulary()).isEqualTo(50_244);
    assertThat(description.spec().decoder().head().tied()).isFalse();
    assertThat(description.tokens().ends()).containsExactly(1);

    config.withObject("/text_config").put("d_kv", 32);
    assertRefused(config, "d_kv", "hidden_size, 768");
    config.withObject("/text_config").put("d_kv", 64).put("hidden_size", 512);
    assertRefused(config, "hidden_size", "the encoder's, 768");
  }

  @Test
  void whatCannotBeComputedIsRefused() {
    refuse("donut-swin", "use_absolute_embeddings", JSON.booleanNode(true));
    refuse("donut-swin", "num_heads", list(3, 6));
    refuse("donut-swin", "num_heads", list(5, 6, 12, 24));
    refuse("donut-swin", "window_size", JSON.numberNode(60));
    refuse("donut-swin", "depths", JSON.textNode("2"));
    refuse("donut-swin", "mlp_ratio", JSON.numberNode(0.0));
    refuse("vit", "patch_size", list(8, 16));
    refuse("vit", "patch_size", JSON.numberNode(225));
    refuse("vit", "image_size", list(224, 224, 3));
    refuse("beit", "num_attention_heads", JSON.numberNode(7));
    refuse("swin", "model_type", JSON.textNode("swin"));
  }

  @Test
  void beitRefusesPositionsOfOblongPictures() {
    ObjectNode config = config("beit");
    config
        .withObject("/encoder")
        .put("use_absolute_position_embeddings", true)
        .set("image_size", list(32, 64));
    assertRefused(config, "use_absolute_position_embeddings", "square pictures only");
  }

  @Test
  void biasesBeyondAnArrayAreRefused() {
    ObjectNode config = config("beit");
    config.withObject("/encoder").put("use_relative_position_bias", true).put("image_size", 8192);
    assertRefused(config, "image_size", "more patches");
  }

  private static void refuse(String type, String key, JsonNode value) {
    ObjectNode config = config(type);
    config.withObject("/encoder").set(key, value);
    assertRefused(config, key, "");
  }

  private static void assertRefused(ObjectNode config, String key, String why) {
    assertThatThrownBy(() -> ModelFamily.describe(Config.of("config.json", config)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(why);
  }

  private static TransformerSpec.Encoder encoder(String type) {
    return ModelFamily.describe(Config.of("config.json", config(type))).spec().encoder();
  }

  private static ObjectNode config(String encoder) {
    ObjectNode config = JSON.objectNode().put("model_type", "vision-encoder-decoder");
    config.putObject("encoder").put("model_type", encoder);
    config
        .putObject("decoder")
        .put("model_type", "mbart")
        .put("vocab_size", 50)
        .put("d_model", 768)
        .put("decoder_layers", 2)
        .put("decoder_attention_heads", 2)
        .put("decoder_ffn_dim", 8)
        .put("max_position_embeddings", 20);
    return config;
  }

  private static ArrayNode list(int... numbers) {
    ArrayNode array = JSON.arrayNode();
    for (int number : numbers) {
      array.add(number);
    }
    return array;
  }
}
