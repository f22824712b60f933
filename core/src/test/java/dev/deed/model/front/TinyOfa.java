package dev.deed.model.front;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.TransformerSpec;
import java.util.Map;
import java.util.Random;

/** Small OFA models of random weights, and inputs for them. */
public final class TinyOfa {
  private static final String CONFIG =
      """
      {"model_type": "ofa", "vocab_size": 40, "max_position_embeddings": 24, "d_model": 16,
       "encoder_ffn_dim": 24, "encoder_layers": 2, "encoder_attention_heads": 2,
       "decoder_ffn_dim": 20, "decoder_layers": 4, "decoder_attention_heads": 4,
       "activation_function": "silu", "token_bucket_size": 6, "image_bucket_size": 5,
       "resnet_stem": 4, "resnet_planes": [2, 3, 4], "resnet_blocks": [2, 1, 2]}
      """;

  private TinyOfa() {}

  /**
   * The configuration with some keys replaced.
   *
   * @param changes a JSON object
   */
  public static Config config(String changes) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode config = (ObjectNode) mapper.readTree(CONFIG);
      config.setAll((ObjectNode) mapper.readTree(changes));
      return Config.of("config.json", config);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The model of such a configuration. */
  public static TransformerSpec spec(String changes) {
    return ModelFamily.describe(config(changes)).spec();
  }

  /** Token ids, which are not padding, and a picture of {@code height × width} pixels. */
  public static EncoderInput input(long seed, int tokens, int height, int width) {
    Random random = new Random(seed);
    int[] ids = random.ints(tokens, 2, 40).toArray();
    if (height == 0) {
      return EncoderInput.ofTokens(ids);
    }
    float[] pixels = new float[3 * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 2 * random.nextFloat() - 1;
    }
    return new EncoderInput(ids, Map.of(Part.PIXELS, Values.of(pixels, 3, height, width)));
  }
}
