package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.Activations;
import dev.deed.model.AttentionSpec;
import dev.deed.model.FeedForwardSpec;
import dev.deed.model.NormSpec;
import dev.deed.model.PositionSpec;
import dev.deed.model.StackSpec;
import dev.deed.model.TransformerSpec;
import java.util.List;
import java.util.Map;

/**
 * The stacks that BART, mBART and TrOCR share: learned positions behind two unused rows, biases
 * everywhere, a norm after the embedding. They differ in where the norms stand and in a final norm.
 */
final class BartStacks {
  /** Rows of the position table before position 0. */
  private static final int POSITION_OFFSET = 2;

  private static final float EPSILON = 1e-5f;

  private BartStacks() {}

  /**
   * One stack from the keys {@code SIDE_layers}, {@code SIDE_attention_heads}, {@code
   * SIDE_ffn_dim}.
   *
   * @param side {@code encoder} or {@code decoder}
   * @param preNorm norms before each block and one after the last layer (mBART)
   */
  static StackSpec stack(Config config, String side, boolean preNorm) {
    int width = config.integer("d_model", 1, Limits.WIDTH);
    int heads = config.integer(side + "_attention_heads", 1, Limits.HEADS);
    if (width % heads != 0) {
      throw config.wrong(side + "_attention_heads", "must divide d_model, " + width);
    }
    AttentionSpec attention =
        new AttentionSpec(heads, width / heads, (float) Math.pow(width / heads, -0.5), true);
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            config.integer(side + "_ffn_dim", 1, Limits.WIDTH),
            Activations.read(config, "activation_function", "gelu"),
            false,
            true);
    return new StackSpec(
        config.integer(side + "_layers", 1, Limits.LAYERS),
        width,
        attention,
        feedForward,
        new NormSpec(NormSpec.Kind.LAYER, EPSILON),
        preNorm,
        preNorm);
  }

  static PositionSpec positions(Config config) {
    return new PositionSpec.Learned(
        config.integer("max_position_embeddings", 1, Limits.POSITIONS), POSITION_OFFSET);
  }

  static float embeddingScale(Config config, int width) {
    return config.flag("scale_embedding", false) ? (float) Math.sqrt(width) : 1f;
  }

  /**
   * The decoder with its head.
   *
   * @param crossWidth width of what cross-attention projects
   * @param headBias whether the head has {@code final_logits_bias}
   */
  static TransformerSpec.Decoder decoder(
      Config config,
      boolean preNorm,
      boolean embeddingNorm,
      boolean tied,
      int crossWidth,
      boolean bridge,
      boolean headBias) {
    StackSpec stack = stack(config, "decoder", preNorm);
    return new TransformerSpec.Decoder(
        config.integer("vocab_size", 1, Limits.VOCABULARY),
        embeddingScale(config, stack.width()),
        positions(config),
        embeddingNorm,
        stack,
        crossWidth,
        bridge,
        new TransformerSpec.Head(tied, 1f, headBias));
  }

  static ModelDescription.SpecialTokens tokens(Config config, int vocabulary, int startFallback) {
    List<Integer> ends = config.integers("eos_token_id", 0, vocabulary - 1);
    return new ModelDescription.SpecialTokens(
        config.integer("decoder_start_token_id", startFallback, 0, vocabulary - 1),
        ends.isEmpty() ? List.of(2) : ends,
        config.integer("pad_token_id", 1, 0, vocabulary - 1));
  }

  /** Adds the tensor names of one stack under {@code prefix}, such as {@code model.decoder}. */
  static void names(Map<String, String> names, String side, String prefix) {
    names.put(side + ".positions", prefix + ".embed_positions");
    names.put(side + ".embedding_norm", prefix + ".layernorm_embedding");
    names.put(side + ".norm", prefix + ".layer_norm");
    String canonical = side + ".layers.{}";
    String layer = prefix + ".layers.{}";
    attention(names, canonical + ".self", layer + ".self_attn");
    if (side.equals("decoder")) {
      attention(names, canonical + ".cross", layer + ".encoder_attn");
    }
    names.put(canonical + ".feed_forward.in", layer + ".fc1");
    names.put(canonical + ".feed_forward.out", layer + ".fc2");
    names.put(canonical + ".feed_forward_norm", layer + ".final_layer_norm");
  }

  private static void attention(Map<String, String> names, String canonical, String module) {
    names.put(canonical + ".query", module + ".q_proj");
    names.put(canonical + ".key", module + ".k_proj");
    names.put(canonical + ".value", module + ".v_proj");
    names.put(canonical + ".output", module + ".out_proj");
    names.put(canonical + "_norm", module + "_layer_norm");
  }
}
