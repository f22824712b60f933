package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.ConvolutionShape;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.StemFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.PictureUnfold.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ViT (Dosovitskiy et al. 2021, arXiv 2010.11929) with patches or a convolutional stem. */
final class VitEncoder {
  static final String PLAIN_TYPE = "vit";

  /** DeiT (Touvron et al. 2021, arXiv 2012.12877): a ViT with a second learned token. */
  static final String DISTILLED_TYPE = "deit";

  static final String CONVOLUTIONAL_TYPE = "deed-convolutional-vit";

  private VitEncoder() {}

  static TransformerSpec.Encoder encoder(Config config, PictureFront front) {
    return new TransformerSpec.Encoder(
        front,
        front.anySize() ? new PositionSpec.None() : new PositionSpec.Learned(front.positions(), 0),
        false,
        stack(config, PictureKeys.biases(config)));
  }

  /** The layers of a ViT, with a norm at their end. */
  static StackSpec stack(Config config, AttentionSpec.Biases biases) {
    // Convolutions may be an encoder by themselves.
    int least = config.text("model_type").equals(CONVOLUTIONAL_TYPE) ? 0 : 1;
    return PictureKeys.stack(
        config, least, attention(config, biases), "intermediate_size", "gelu", 1e-12, true);
  }

  private static AttentionSpec attention(Config config, AttentionSpec.Biases biases) {
    if (!config.has("head_dim")) {
      return PictureKeys.attention(config, biases);
    }
    int heads = config.integer("num_attention_heads", 12, 1, Limits.HEADS);
    int headWidth = config.integer("head_dim", 1, Limits.WIDTH);
    return new AttentionSpec(heads, headWidth, (float) StrictMath.pow(headWidth, -0.5), biases);
  }

  static PatchFront patches(Config config, boolean distillationToken) {
    List<Integer> size = PictureKeys.pair(config, "image_size", 224);
    List<Integer> patch = PictureKeys.pair(config, "patch_size", 16);
    if (!patch.getFirst().equals(patch.getLast())) {
      throw config.wrong("patch_size", "is supported for square patches only");
    }
    if (patch.getFirst() > Math.min(size.getFirst(), size.getLast())) {
      throw config.wrong("patch_size", "must be at most image_size, " + size);
    }
    return new PatchFront(
        PictureKeys.channels(config),
        size.getFirst(),
        size.getLast(),
        patch.getFirst(),
        distillationToken);
  }

  /** {@code stem}: a list of {channels, kernel [height, width], stride [height, width]}. */
  static PictureFront stem(Config config) {
    List<ConvolutionShape> stages = new ArrayList<>();
    for (Config stage : config.objects("stem")) {
      stages.add(
          new ConvolutionShape(
              stage.integer("channels", 1, Limits.WIDTH),
              extent(stage, "kernel"),
              extent(stage, "stride")));
    }
    int width = config.integer("hidden_size", 1, Limits.WIDTH);
    if (stages.isEmpty() || stages.getLast().channels() != width) {
      throw config.wrong("stem", "must end with as many channels as hidden_size, " + width);
    }
    List<Integer> size = PictureKeys.pair(config, "image_size", 1, Limits.PIXELS);
    PictureFront front =
        new StemFront(
            PictureKeys.channels(config),
            size.getFirst(),
            size.getLast(),
            stages,
            (float) config.number("batch_norm_eps", 1e-5),
            config.flag("any_size", false));
    config.require(front.positions() >= 1, "stem", "leaves nothing of a picture of " + size);
    return front;
  }

  private static Extent extent(Config stage, String key) {
    List<Integer> pair = PictureKeys.pair(stage, key, 1, 31);
    return new Extent(pair.getFirst(), pair.getLast());
  }

  static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(PatchFront.CLASS_TOKEN, "encoder.embeddings.cls_token");
    names.put(PatchFront.DISTILLATION_TOKEN, "encoder.embeddings.distillation_token");
    names.put(PatchProjection.NAME, "encoder.embeddings.patch_embeddings.projection");
    names.put(Names.weight(Names.ENCODER.positions()), "encoder.embeddings.position_embeddings");
    names.put(StemFront.CONVOLUTIONS, "encoder.embeddings.stem");
    layerNames(names, Names.ENCODER.eachLayer(), "encoder.encoder.layer.{}", "attention");
    names.put(Names.ENCODER.norm(), "encoder.layernorm");
    return names;
  }

  /**
   * @param layer what the checkpoint calls them
   * @param inner what it calls the part of an attention that has queries, keys and values
   */
  static void layerNames(
      Map<String, String> names, Names.Layer canonical, String layer, String inner) {
    String attention = layer + ".attention." + inner;
    names.put(canonical.self().query(), attention + ".query");
    names.put(canonical.self().key(), attention + ".key");
    names.put(canonical.self().value(), attention + ".value");
    names.put(canonical.self().output(), layer + ".attention.output.dense");
    names.put(canonical.self().norm(), layer + ".layernorm_before");
    names.put(canonical.feedForward().in(), layer + ".intermediate.dense");
    names.put(canonical.feedForward().out(), layer + ".output.dense");
    names.put(canonical.feedForward().norm(), layer + ".layernorm_after");
  }
}
