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
import java.util.Random;

/** A small TableFormer of random weights, and inputs for it. */
public final class TinyTable {
  private static final int SIDE = 50;

  private static final String CONFIG =
      """
      {"model_type": "TableModel04_rs", "image_size": 50, "grid_size": 3, "d_model": 12,
       "vocab_size": 40, "max_position_embeddings": 80, "encoder_layers": 2, "decoder_layers": 6,
       "encoder_attention_heads": 3, "decoder_attention_heads": 3, "encoder_ffn_dim": 20,
       "decoder_ffn_dim": 16, "tie_word_embeddings": false,
       "resnet": {"stem": 3, "planes": [3, 4, 6], "blocks": [2, 1, 2]},
       "filter": {"blocks": 2, "projected": true},
       "boxes": {"attention_width": 10, "inner_width": 8, "classes": 3},
       "tags": {"fcel": 5, "lcel": 6, "ucel": 7, "xcel": 8},
       "exits": {"layers": [1, 2, 3, 4, 5, 6], "adapter": {"size": 4, "activation": "gelu"}}}
      """;

  private TinyTable() {}

  public static TransformerSpec spec() {
    try {
      ObjectNode config = (ObjectNode) new ObjectMapper().readTree(CONFIG);
      return ModelFamily.describe(Config.of("config.json", config)).spec();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static EncoderInput input(long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 2 * random.nextFloat() - 1;
    }
    return EncoderInput.of(Part.PIXELS, Values.of(pixels, 3, SIDE, SIDE));
  }
}
