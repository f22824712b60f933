package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stacks of T5 and its descendants (UDOP, LaTr): root-mean-square norms before each block, no
 * biases, attention without scale, one token table for both sides.
 */
final class T5Stacks {
  /** Name of the token table that encoder and decoder share. */
  static final String SHARED_TABLE = "shared";

  private T5Stacks() {}

  static int width(Config config) {
    return config.integer("d_model", 1, Limits.WIDTH);
  }

  static int vocabulary(Config config) {
    return config.integer("vocab_size", 1, Limits.VOCABULARY);
  }

  /**
   * {@code feed_forward_proj} is {@code ACT} or {@code gated-ACT}. Where a file also states what
   * Transformers makes of it, {@code is_gated_act} and {@code dense_act_fn}, those count.
   *
   * @param fallback value of {@code feed_forward_proj} when it is absent
   * @param gatedGelu what {@code gated-gelu} means
   */
  static FeedForwardSpec feedForward(Config config, String fallback, Activation gatedGelu) {
    String projection = config.text("feed_forward_proj", fallback);
    boolean gated = projection.startsWith("gated-");
    Activation activation =
        projection.equals("gated-gelu")
            ? gatedGelu
            : Activations.named(
                gated ? projection.substring("gated-".length()) : projection,
                config,
                "feed_forward_proj");
    return new FeedForwardSpec(
        config.integer("d_ff", 1, Limits.WIDTH),
        config.has("dense_act_fn")
            ? Activations.named(config.text("dense_act_fn"), config, "dense_act_fn")
            : activation,
        config.flag("is_gated_act", gated),
        false);
  }

  /** The bias of attention by distance, of which each stack has a table of its own. */
  static PositionSpec.RelativeBias relativeBias(Config config) {
    int buckets = config.integer("relative_attention_num_buckets", 32, 2, 1 << 16);
    int distance = config.integer("relative_attention_max_distance", 128, 2, Limits.POSITIONS);
    config.require(
        distance > buckets / 2,
        "relative_attention_max_distance",
        "must be above half of relative_attention_num_buckets, " + buckets);
    return new PositionSpec.RelativeBias(buckets, distance);
  }

  static TransformerSpec.Encoder encoder(
      Config config, EncoderFront front, PositionSpec positions, FeedForwardSpec feedForward) {
    return new TransformerSpec.Encoder(
        front, positions, false, stack(config, layers(config), feedForward));
  }

  /**
   * @param tied whether the head is the token table
   * @param scaled whether the head's input is scaled by {@code d_model^-0.5}
   */
  static TransformerSpec.Decoder decoder(
      Config config, FeedForwardSpec feedForward, boolean tied, boolean scaled) {
    int width = width(config);
    int layers = config.integer("num_decoder_layers", layers(config), 1, Limits.LAYERS);
    return new TransformerSpec.Decoder(
        new TransformerSpec.Embedding(vocabulary(config), 1f, false),
        relativeBias(config),
        stack(config, layers, feedForward),
        width,
        false,
        new TransformerSpec.Head(tied, scaled ? (float) StrictMath.pow(width, -0.5) : 1f, false));
  }

  private static int layers(Config config) {
    return config.integer("num_layers", 1, Limits.LAYERS);
  }

  private static StackSpec stack(Config config, int layers, FeedForwardSpec feedForward) {
    AttentionSpec attention =
        new AttentionSpec(
            config.integer("num_heads", 1, Limits.HEADS),
            config.integer("d_kv", 1, Limits.WIDTH),
            1f,
            AttentionSpec.Biases.everywhere(false));
    NormSpec norm =
        new NormSpec(NormSpec.Kind.RMS, (float) config.number("layer_norm_epsilon", 1e-6));
    return new StackSpec(layers, width(config), attention, feedForward, norm, true, true);
  }

  static ModelDescription.SpecialTokens tokens(Config config, int vocabulary) {
    return ModelDescription.SpecialTokens.read(
        config, vocabulary, new ModelDescription.SpecialTokens(0, List.of(1), 0));
  }

  /**
   * Where a folder may keep the three tables. Transformers ties them all whatever {@code
   * tie_word_embeddings} says, which for T5 only means the scale.
   */
  static Map<String, List<String>> tables() {
    return NameTable.tied(
        SHARED_TABLE,
        Map.entry(Names.ENCODER.embedding(), "encoder.embed_tokens"),
        Map.entry(Names.DECODER.embedding(), "decoder.embed_tokens"),
        Map.entry(Names.HEAD, "lm_head"));
  }

  /** Names of both stacks, table and head, to which a family may add its own. */
  static Map<String, String> names(FeedForwardSpec spec) {
    Map<String, String> names = new HashMap<>();
    names.put(Names.DECODER.embedding(), SHARED_TABLE);
    names.put(Names.ENCODER.embedding(), "encoder.embed_tokens");
    names.put(Names.HEAD, "lm_head");
    stackNames(names, Names.ENCODER, "encoder", 1, spec);
    stackNames(names, Names.DECODER, "decoder", 2, spec);
    attentionNames(
        names, Names.DECODER.eachLayer().cross(), "decoder.block.{}.layer.1", "EncDecAttention");
    return names;
  }

  /**
   * @param forward number of the feed-forward network among a block's layers
   */
  private static void stackNames(
      Map<String, String> names,
      Names.Stack canonical,
      String side,
      int forward,
      FeedForwardSpec spec) {
    String block = side + ".block.{}.layer.";
    attentionNames(names, canonical.eachLayer().self(), block + "0", "SelfAttention");
    Names.FeedForward canonicalForward = canonical.eachLayer().feedForward();
    String dense = block + forward + ".DenseReluDense.";
    names.put(canonicalForward.in(), dense + (spec.gated() ? "wi_1" : "wi"));
    names.put(canonicalForward.gate(), dense + "wi_0");
    names.put(canonicalForward.out(), dense + "wo");
    names.put(canonicalForward.norm(), block + forward + ".layer_norm");
    names.put(canonical.relativeBias(), biasTable(side));
    names.put(canonical.norm(), side + ".final_layer_norm");
  }

  /** The table of a stack's {@link #relativeBias}. */
  static String biasTable(String side) {
    return side + ".block.0.layer.0.SelfAttention.relative_attention_bias";
  }

  private static void attentionNames(
      Map<String, String> names, Names.Attention canonical, String layer, String module) {
    names.put(canonical.query(), layer + "." + module + ".q");
    names.put(canonical.key(), layer + "." + module + ".k");
    names.put(canonical.value(), layer + "." + module + ".v");
    names.put(canonical.output(), layer + "." + module + ".o");
    names.put(canonical.norm(), layer + ".layer_norm");
  }
}
