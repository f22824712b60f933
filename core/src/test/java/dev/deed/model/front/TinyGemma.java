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
import java.util.stream.IntStream;

/** Small models of T5Gemma and T5Gemma 2 of random weights, and inputs for them. */
public final class TinyGemma {
  private static final String EXITS =
      """
      "exits": {"layers": [1, 2, 3, 4, 5, 6], "adapter": {"size": 4, "activation": "gelu"}}
      """;

  /** Windows of both sides, heads that share keys and values, caps, sides of different widths. */
  private static final String FIRST =
      """
      {"model_type": "t5gemma", "vocab_size": 40, "tie_word_embeddings": false,
       "encoder": {"hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "sliding_window": 3,
        "attention_bias": true, "query_pre_attn_scalar": 7, "attn_logit_softcapping": 3},
       "decoder": {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 6,
        "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 4, "sliding_window": 4,
        "query_pre_attn_scalar": 5, "attn_logit_softcapping": 4, "final_logit_softcapping": 5,
        "rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 100}},
      """
          + EXITS
          + "}";

  /** Merged attention, one key/value head, a rotary base for each kind of layer, pictures. */
  private static final String SECOND =
      """
      {"model_type": "t5gemma2", "image_token_index": 39,
       "encoder": {"mm_tokens_per_image": 4, "eoi_token_index": 38,
        "text_config": {"vocab_size": 40, "hidden_size": 16, "intermediate_size": 20,
         "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
         "query_pre_attn_scalar": 6, "sliding_window": 4, "sliding_window_pattern": 2},
        "vision_config": {"model_type": "siglip_vision_model", "hidden_size": 8,
         "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2,
         "image_size": 12, "patch_size": 3}},
       "decoder": {"vocab_size": 40, "hidden_size": 16, "intermediate_size": 24,
        "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 8,
        "query_pre_attn_scalar": 8, "sliding_window": 3, "sliding_window_pattern": 3,
        "rope_parameters": {"full_attention": {"rope_theta": 500},
         "sliding_attention": {"rope_theta": 20}}},
      """
          + EXITS
          + "}";

  private TinyGemma() {}

  /** The configuration of a {@code model_type}. */
  public static Config config(String type) {
    try {
      String text = type.equals("t5gemma") ? FIRST : SECOND;
      return Config.of("config.json", (ObjectNode) new ObjectMapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static TransformerSpec spec(String type) {
    return ModelFamily.describe(config(type)).spec();
  }

  /** Token ids. */
  public static EncoderInput text(long seed, int tokens) {
    return EncoderInput.ofTokens(new Random(seed).ints(tokens, 2, 38).toArray());
  }

  /** Token ids around a picture. */
  public static EncoderInput picture(long seed, int tokens) {
    Random random = new Random(seed);
    float[] pixels = new float[3 * 12 * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 2 * random.nextFloat() - 1;
    }
    int[] ids =
        IntStream.concat(random.ints(tokens, 2, 38), IntStream.of(39, 39, 39, 39, 38, 5)).toArray();
    return new EncoderInput(ids, Map.of(Part.PIXELS, Values.of(pixels, 3, 12, 12)));
  }
}
