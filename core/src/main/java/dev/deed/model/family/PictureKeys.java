package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.StackSpec;
import java.util.List;

/** What configurations of picture encoders have in common. */
final class PictureKeys {
  private PictureKeys() {}

  /** Height and width; one number means a square. */
  static List<Integer> pair(Config config, String key, int fallback) {
    return config.has(key) ? pair(config, key, 1, Limits.PIXELS) : List.of(fallback, fallback);
  }

  /** A required pair within {@code min..max}; one number counts twice. */
  static List<Integer> pair(Config config, String key, int min, int max) {
    List<Integer> values = config.integers(key, min, max);
    if (values.size() == 1) {
      return List.of(values.getFirst(), values.getFirst());
    }
    config.require(values.size() == 2, key, "must be one whole number or two (height, width)");
    return values;
  }

  static int channels(Config config) {
    return config.integer("num_channels", 3, 1, 16);
  }

  /** A number for each stage of an encoder. */
  static List<Integer> list(Config config, String key, List<Integer> fallback, int min, int max) {
    List<Integer> values = config.integers(key, min, max);
    return values.isEmpty() ? fallback : values;
  }

  /** Attention whose heads share out {@code hidden_size}. */
  static AttentionSpec attention(Config config, AttentionSpec.Biases biases) {
    int width = width(config);
    int heads = config.integer("num_attention_heads", 12, 1, Limits.HEADS);
    config.require(width % heads == 0, "num_attention_heads", "must divide hidden_size, " + width);
    return AttentionSpec.within(width, heads, biases);
  }

  static int width(Config config) {
    return config.integer("hidden_size", 768, 1, Limits.WIDTH);
  }

  /**
   * The layers of a vision transformer.
   *
   * @param least number of them
   * @param innerKey of the width within the feed-forward network
   * @param activation where the configuration names none
   * @param epsilon where the configuration states none
   */
  static StackSpec stack(
      Config config,
      int least,
      AttentionSpec attention,
      String innerKey,
      String activation,
      double epsilon,
      boolean finalNorm) {
    return new StackSpec(
        config.integer("num_hidden_layers", 12, least, Limits.LAYERS),
        width(config),
        attention,
        new FeedForwardSpec(
            config.integer(innerKey, 3072, 1, Limits.WIDTH),
            Activations.read(config, "hidden_act", activation),
            false,
            true),
        new NormSpec(NormSpec.Kind.LAYER, (float) config.number("layer_norm_eps", epsilon)),
        true,
        finalNorm);
  }

  /**
   * The layers of one of several stages, each of another width.
   *
   * @param activationKey names the activation of the feed-forward network
   */
  static StackSpec stage(
      Config config, int width, int layers, int heads, String activationKey, NormSpec norm) {
    config.require(
        width % heads == 0, "num_heads", "must divide the width of each stage, " + width);
    double inner = config.number("mlp_ratio", 4) * width;
    if (!(inner >= 1 && inner <= Limits.WIDTH)) {
      throw config.wrong("mlp_ratio", "must make 1.." + Limits.WIDTH + " of the width " + width);
    }
    return new StackSpec(
        layers,
        width,
        AttentionSpec.within(width, heads, biases(config)),
        new FeedForwardSpec(
            (int) inner, Activations.read(config, activationKey, "gelu"), false, true),
        norm,
        true,
        false);
  }

  /** Biases of attention, those of queries, keys and values by {@code qkv_bias}. */
  static AttentionSpec.Biases biases(Config config) {
    return AttentionSpec.Biases.onOutput(config.flag("qkv_bias", true));
  }
}
