package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.PatchGridFront;
import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.Map;

/** SigLIP's encoder of pictures (Zhai et al. 2023, arXiv 2303.15343), without its pooling head. */
final class SiglipEncoder {
  static final String TYPE = "siglip_vision_model";

  private SiglipEncoder() {}

  static TransformerSpec.Encoder encoder(Config config) {
    PatchGridFront front = front(config);
    AttentionSpec attention = PictureKeys.attention(config, AttentionSpec.Biases.everywhere(true));
    StackSpec stack =
        PictureKeys.stack(
            config, 1, attention, "intermediate_size", "gelu_pytorch_tanh", 1e-6, true);
    return new TransformerSpec.Encoder(
        front, new PositionSpec.Learned(front.positions(), 0), false, stack);
  }

  private static PatchGridFront front(Config config) {
    int side = config.integer("image_size", 224, 1, Limits.PIXELS);
    int patch = config.integer("patch_size", 16, 1, Limits.PIXELS);
    config.require(patch <= side, "patch_size", "must be at most image_size, " + side);
    PatchGridFront front = new PatchGridFront(PictureKeys.channels(config), side, patch);
    if (front.positions() > Limits.POSITIONS) {
      throw config.wrong("patch_size", "leaves more than " + Limits.POSITIONS + " patches");
    }
    return front;
  }

  /** Names of an encoder that stands alone, stored under a prefix. */
  static Map<String, String> names(String prefix) {
    Map<String, String> names = new HashMap<>();
    names.put(PatchProjection.NAME, prefix + ".embeddings.patch_embedding");
    names.put(Names.ENCODER.positions(), prefix + ".embeddings.position_embedding");
    names.put(Names.ENCODER.norm(), prefix + ".post_layernorm");
    Names.Layer canonical = Names.ENCODER.eachLayer();
    String layer = prefix + ".encoder.layers.{}";
    BartStacks.attention(names, canonical.self(), layer + ".self_attn");
    names.put(canonical.self().norm(), layer + ".layer_norm1");
    names.put(canonical.feedForward().in(), layer + ".mlp.fc1");
    names.put(canonical.feedForward().out(), layer + ".mlp.fc2");
    names.put(canonical.feedForward().norm(), layer + ".layer_norm2");
    return names;
  }
}
