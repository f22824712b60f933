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
      {"model_type": "TableModel04_rs", "dataset": {"resized_image": 50},
       "model": {"enc_image_size": 3, "enc_layers": 2, "dec_layers": 6, "nheads": 3},
       "predict": {"max_steps": 60},
       "dataset_wordmap": {"word_map_tag": {"<pad>": 0, "<start>": 2, "<end>": 3, "fcel": 5,
         "lcel": 6, "ucel": 7, "xcel": 8}},
       "shapes": {"_encoder._resnet.0.weight": [3], "_encoder._resnet.4.0.conv1.weight": [3],
         "_encoder._resnet.4.1.conv1.weight": [3], "_encoder._resnet.5.0.conv1.weight": [4],
         "_encoder._resnet.6.0.conv1.weight": [6], "_encoder._resnet.6.1.conv1.weight": [6],
         "_tag_transformer._input_filter.0.downsample.0.weight": [12],
         "_tag_transformer._input_filter.1.conv1.weight": [12],
         "_tag_transformer._embedding.weight": [40, 12],
         "_tag_transformer._positional_encoding.pe": [80, 1, 12],
         "_tag_transformer._encoder.layers.0.linear1.weight": [20],
         "_tag_transformer._decoder.layers.0.linear1.weight": [16],
         "_bbox_decoder._attention._encoder_att.weight": [10],
         "_bbox_decoder._bbox_embed.layers.0.weight": [8],
         "_bbox_decoder._class_embed.weight": [3]},
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
