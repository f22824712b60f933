package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.PatchFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BEiT (Bao et al. 2021, arXiv 2106.08254): a ViT whose keys have no bias, with layer scale and
 * biases for the distances between patches.
 */
final class BeitEncoder {
  static final String TYPE = "beit";

  private BeitEncoder() {}

  static TransformerSpec.Encoder encoder(Config config) {
    PatchFront patches = VitEncoder.patches(config, false);
    boolean layerBiases = config.flag("use_relative_position_bias", false);
    boolean sharedBias = config.flag("use_shared_relative_position_bias", false);
    boolean positions = config.flag("use_absolute_position_embeddings", false);
    if (positions && patches.height() != patches.width()) {
      throw config.wrong(
          "use_absolute_position_embeddings", "is supported with square pictures only");
    }
    StackSpec plain = VitEncoder.stack(config, new AttentionSpec.Biases(true, false, true, true));
    if ((double) patches.positions() * patches.positions() * plain.attention().heads()
        > Integer.MAX_VALUE) {
      throw config.wrong("image_size", "has more patches than DEED holds biases for");
    }
    StackSpec stack =
        new StackSpec(
            plain.layers(),
            plain.width(),
            plain.attention(),
            plain.feedForward(),
            plain.norm(),
            true,
            !config.flag("use_mean_pooling", true),
            config.number("layer_scale_init_value", 0.1) > 0,
            List.of());
    return new TransformerSpec.Encoder(
        patches.withBiases(layerBiases, sharedBias),
        positions ? new PositionSpec.Learned(patches.positions(), 0) : new PositionSpec.None(),
        false,
        stack);
  }

  static Map<String, String> names() {
    Map<String, String> names = new HashMap<>(VitEncoder.names());
    String table = "relative_position_bias.relative_position_bias_table";
    names.put(PatchFront.SHARED_BIAS, "encoder.encoder." + table);
    Names.Layer canonical = Names.ENCODER.eachLayer();
    String layer = "encoder.encoder.layer.{}";
    names.put(canonical.patchBias(), layer + ".attention.attention." + table);
    names.put(canonical.self().scale(), layer + ".lambda_1");
    names.put(canonical.feedForward().scale(), layer + ".lambda_2");
    return names;
  }
}
