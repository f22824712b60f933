package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * The stacks of T5Gemma and T5Gemma 2: norms before and after each block, keys and values for
 * several heads of queries, rotary positions, layers of which some see a sliding window alone.
 */
final class GemmaStacks {
  static final String FULL = "full_attention";
  static final String SLIDING = "sliding_attention";

  private static final String THETA = "rope_theta";
  private static final double MOST_THETA = 1e12;
  private static final double LEAST_FACTOR = 1e-3;
  private static final double MOST_FACTOR = 1e6;

  private GemmaStacks() {}

  /**
   * What sets a family or a side of it apart.
   *
   * @param fullEvery without {@code layer_types}, each layer whose number it divides is full
   * @param headNorms whether each head's query and key have a norm
   * @param scoreCap cap of scores; 0 for none
   * @param window what a sliding layer sees, of {@code sliding_window}
   */
  record Layout(
      int fullEvery, boolean headNorms, float scoreCap, IntFunction<LayerKind.Window> window) {}

  static int width(Config side) {
    return side.integer("hidden_size", 2304, 1, Limits.WIDTH);
  }

  static float embeddingScale(Config side) {
    return (float) Math.sqrt(width(side));
  }

  /** A cap; 0 where it is null. */
  static float cap(Config config, String key, double fallback) {
    if (config.json().has(key) && !config.has(key)) {
      return 0;
    }
    double cap = config.number(key, fallback);
    config.require(cap >= 0 && cap <= Float.MAX_VALUE, key, "must be above 0, or null for none");
    return (float) cap;
  }

  /**
   * @param rotaries positions of a type, {@link #FULL} or {@link #SLIDING}, by a head's width
   */
  static StackSpec stack(
      Config side, Layout layout, BiFunction<String, Integer, RotarySpec> rotaries) {
    int headWidth = side.integer("head_dim", 256, 2, Limits.WIDTH);
    side.require(headWidth % 2 == 0, "head_dim", "must be even");
    int heads = side.integer("num_attention_heads", 8, 1, Limits.HEADS);
    int keyValueHeads = side.integer("num_key_value_heads", 4, 1, Limits.HEADS);
    if (heads % keyValueHeads != 0) {
      throw side.wrong("num_key_value_heads", "must divide num_attention_heads, " + heads);
    }
    double scalar = side.number("query_pre_attn_scalar", 256);
    side.require(scalar >= 1e-6 && scalar <= 1e12, "query_pre_attn_scalar", "must be above 0");
    AttentionSpec attention =
        new AttentionSpec(
            heads,
            keyValueHeads,
            headWidth,
            (float) StrictMath.pow(scalar, -0.5),
            layout.scoreCap,
            AttentionSpec.Biases.everywhere(side.flag("attention_bias", false)),
            false,
            layout.headNorms,
            true);
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            side.integer("intermediate_size", 9216, 1, Limits.WIDTH),
            Activations.read(side, "hidden_activation", "gelu_pytorch_tanh"),
            true,
            false,
            false,
            true,
            false);
    NormSpec norm =
        new NormSpec(NormSpec.Kind.RMS, (float) side.number("rms_norm_eps", 1e-6), true);
    int layers = side.integer("num_hidden_layers", 26, 1, Limits.LAYERS);
    return new StackSpec(layers, width(side), attention, feedForward, norm, true, true)
        .with(kinds(side, layers, headWidth, layout, rotaries));
  }

  private static List<LayerKind> kinds(
      Config side,
      int layers,
      int headWidth,
      Layout layout,
      BiFunction<String, Integer, RotarySpec> rotaries) {
    LayerKind full = new LayerKind(rotaries.apply(FULL, headWidth), null);
    int window = side.integer("sliding_window", 4096, 1, Limits.POSITIONS);
    LayerKind sliding =
        new LayerKind(rotaries.apply(SLIDING, headWidth), layout.window.apply(window));
    List<String> types = side.texts("layer_types");
    if (side.has("layer_types") && types.size() != layers) {
      throw side.wrong("layer_types", "must name a type for each of " + layers + " layers");
    }
    List<LayerKind> kinds = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      String usual = (layer + 1) % layout.fullEvery == 0 ? FULL : SLIDING;
      kinds.add(
          switch (types.isEmpty() ? usual : types.get(layer)) {
            case FULL -> full;
            case SLIDING -> sliding;
            default ->
                throw side.wrong("layer_types", "must be of " + FULL + " and " + SLIDING + " only");
          });
    }
    return kinds;
  }

  /**
   * Rotary positions in halves of a head.
   *
   * @param parameters {@code rope_parameters}, or what stands in for it
   * @param base {@code rope_theta} where there is none
   */
  static RotarySpec rotary(Config parameters, int headWidth, double base) {
    String type = parameters.text("rope_type", parameters.text("type", "default"));
    double factor =
        switch (type) {
          case "default" -> 1;
          case "linear" -> parameters.number("factor", 1);
          default -> throw parameters.wrong("rope_type", "must be default or linear");
        };
    if (!(factor >= LEAST_FACTOR && factor <= MOST_FACTOR)) {
      throw parameters.wrong("factor", "must be within " + LEAST_FACTOR + ".." + MOST_FACTOR);
    }
    return new RotarySpec(headWidth, false, theta(parameters, THETA, base), factor);
  }

  /** A base of rotary positions. */
  static double theta(Config config, String key, double fallback) {
    double theta = config.number(key, fallback);
    config.require(theta >= 1 && theta <= MOST_THETA, key, "must be within 1.." + MOST_THETA);
    return theta;
  }

  /** Adds the tensor names of a stack under {@code prefix}, such as {@code model.decoder}. */
  static void names(Map<String, String> names, Names.Stack stack, String prefix) {
    names.put(stack.embedding(), prefix + ".embed_tokens");
    names.put(stack.norm(), prefix + ".norm");
    Names.Layer canonical = stack.eachLayer();
    String layer = prefix + ".layers.{}";
    attention(names, canonical.self(), layer, "self_attn");
    attention(names, canonical.cross(), layer, "cross_attn");
    Names.FeedForward forward = canonical.feedForward();
    names.put(forward.gate(), layer + ".mlp.gate_proj");
    names.put(forward.in(), layer + ".mlp.up_proj");
    names.put(forward.out(), layer + ".mlp.down_proj");
    names.put(forward.norm(), layer + ".pre_feedforward_layernorm");
    names.put(forward.outputNorm(), layer + ".post_feedforward_layernorm");
  }

  private static void attention(
      Map<String, String> names, Names.Attention canonical, String layer, String module) {
    String attention = layer + "." + module;
    projections(names, canonical, attention);
    names.put(canonical.queryNorm(), attention + ".q_norm");
    names.put(canonical.keyNorm(), attention + ".k_norm");
    names.put(canonical.norm(), layer + ".pre_" + module + "_layernorm");
    names.put(canonical.outputNorm(), layer + ".post_" + module + "_layernorm");
  }

  static void projections(Map<String, String> names, Names.Attention canonical, String module) {
    names.put(canonical.query(), module + ".q_proj");
    names.put(canonical.key(), module + ".k_proj");
    names.put(canonical.value(), module + ".v_proj");
    names.put(canonical.output(), module + ".o_proj");
  }
}
