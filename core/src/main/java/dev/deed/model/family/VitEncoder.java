package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.Activations;
import dev.deed.model.AttentionSpec;
import dev.deed.model.EncoderFront;
import dev.deed.model.FeedForwardSpec;
import dev.deed.model.NormSpec;
import dev.deed.model.PositionSpec;
import dev.deed.model.StackSpec;
import dev.deed.model.TransformerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ViT (Dosovitskiy et al. 2021, arXiv 2010.11929) with patches, or with a convolutional stem in
 * their place.
 */
final class VitEncoder {
  static final String PLAIN_TYPE = "vit";

  /** DeiT (Touvron et al. 2021, arXiv 2012.12877): a ViT with a second learned token. */
  static final String DISTILLED_TYPE = "deit";

  static final String CONVOLUTIONAL_TYPE = "deed-convolutional-vit";

  private VitEncoder() {}

  static TransformerSpec.Encoder encoder(Config config, EncoderFront.Picture front) {
    int width = config.integer("hidden_size", 1, Limits.WIDTH);
    int heads = config.integer("num_attention_heads", 1, Limits.HEADS);
    if (width % heads != 0) {
      throw config.wrong("num_attention_heads", "must divide hidden_size, " + width);
    }
    boolean bias = config.flag("qkv_bias", true);
    StackSpec stack =
        new StackSpec(
            config.integer("num_hidden_layers", 1, Limits.LAYERS),
            width,
            new AttentionSpec(
                heads,
                width / heads,
                (float) Math.pow(width / heads, -0.5),
                new AttentionSpec.Biases(bias, bias, bias, true)),
            new FeedForwardSpec(
                config.integer("intermediate_size", 1, Limits.WIDTH),
                Activations.read(config, "hidden_act", "gelu"),
                false,
                true),
            new NormSpec(NormSpec.Kind.LAYER, (float) config.number("layer_norm_eps", 1e-12)),
            true,
            true);
    return new TransformerSpec.Encoder(
        front, new PositionSpec.Learned(front.positions(), 0), false, stack);
  }

  static EncoderFront.Picture patches(Config config, boolean distillationToken) {
    List<Integer> size = pictureSize(config);
    int patch = config.integer("patch_size", 16, 1, Limits.PIXELS);
    if (size.getFirst() % patch != 0 || size.getLast() % patch != 0) {
      throw config.wrong("patch_size", "must divide image_size, " + size);
    }
    return new EncoderFront.Patches(
        channels(config), size.getFirst(), size.getLast(), patch, distillationToken);
  }

  /** {@code stem}: a list of {channels, kernel [height, width], stride [height, width]}. */
  static EncoderFront.Picture stem(Config config) {
    List<EncoderFront.ConvolutionalStem.Stage> stages = new ArrayList<>();
    for (Config stage : config.objects("stem")) {
      List<Integer> kernel = pair(stage, "kernel", 31);
      List<Integer> stride = pair(stage, "stride", 31);
      stages.add(
          new EncoderFront.ConvolutionalStem.Stage(
              stage.integer("channels", 1, Limits.WIDTH),
              kernel.getFirst(),
              kernel.getLast(),
              stride.getFirst(),
              stride.getLast()));
    }
    int width = config.integer("hidden_size", 1, Limits.WIDTH);
    if (stages.isEmpty() || stages.getLast().channels() != width) {
      throw config.wrong("stem", "must end with as many channels as hidden_size, " + width);
    }
    List<Integer> size = pictureSize(config);
    EncoderFront.Picture front =
        new EncoderFront.ConvolutionalStem(
            channels(config),
            size.getFirst(),
            size.getLast(),
            stages,
            (float) config.number("batch_norm_eps", 1e-5));
    if (front.positions() < 1) {
      throw config.wrong("stem", "leaves nothing of a picture of " + size);
    }
    return front;
  }

  static void names(Map<String, String> names) {
    names.put("encoder.class_token", "encoder.embeddings.cls_token");
    names.put("encoder.distillation_token", "encoder.embeddings.distillation_token");
    names.put("encoder.patches", "encoder.embeddings.patch_embeddings.projection");
    names.put("encoder.positions.weight", "encoder.embeddings.position_embeddings");
    names.put("encoder.stem", "encoder.embeddings.stem");
    String layer = "encoder.encoder.layer.{}";
    String canonical = "encoder.layers.{}";
    for (String projection : List.of("query", "key", "value")) {
      names.put(canonical + ".self." + projection, layer + ".attention.attention." + projection);
    }
    names.put(canonical + ".self.output", layer + ".attention.output.dense");
    names.put(canonical + ".self_norm", layer + ".layernorm_before");
    names.put(canonical + ".feed_forward.in", layer + ".intermediate.dense");
    names.put(canonical + ".feed_forward.out", layer + ".output.dense");
    names.put(canonical + ".feed_forward_norm", layer + ".layernorm_after");
    names.put("encoder.norm", "encoder.layernorm");
  }

  private static int channels(Config config) {
    return config.integer("num_channels", 3, 1, 16);
  }

  /** Height and width; one number means a square. */
  private static List<Integer> pictureSize(Config config) {
    return pair(config, "image_size", Limits.PIXELS);
  }

  private static List<Integer> pair(Config config, String key, int max) {
    List<Integer> values = config.integers(key, 1, max);
    if (values.size() == 1) {
      return List.of(values.getFirst(), values.getFirst());
    }
    if (values.size() != 2) {
      throw config.wrong(key, "must be one whole number or two (height, width)");
    }
    return values;
  }
}
