package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stacks of BART and its descendants (mBART, Marian, Pegasus, M2M100, TrOCR, Whisper): biases,
 * one configuration for both sides. They differ in what a {@link Layout} states.
 */
final class BartStacks {
  /** Rows of BART's position table before position 0. */
  private static final int POSITION_OFFSET = 2;

  private static final float EPSILON = 1e-5f;

  private static final String HEAD = "lm_head";

  static final String START = "decoder_start_token_id";
  static final String FORCED_END = "forced_eos_token_id";

  private BartStacks() {}

  /**
   * What sets one descendant apart.
   *
   * @param preNorm norms before each block and one after the last layer
   * @param embeddingNorm whether a norm follows the embedding
   * @param headBias whether the head has {@code final_logits_bias}
   * @param attentionBiases which projections of attention have biases
   * @param readsScale whether {@code scale_embedding} scales tokens (Whisper has the key and
   *     ignores it)
   * @param activation of a configuration that names none
   * @param scaled whether tokens are scaled where a configuration does not say
   */
  record Layout(
      boolean preNorm,
      boolean embeddingNorm,
      boolean headBias,
      AttentionSpec.Biases attentionBiases,
      boolean readsScale,
      String activation,
      boolean scaled) {
    Layout(boolean preNorm, boolean embeddingNorm, boolean headBias) {
      this(
          preNorm,
          embeddingNorm,
          headBias,
          AttentionSpec.Biases.everywhere(true),
          true,
          "gelu",
          false);
    }
  }

  /**
   * One stack from the keys {@code SIDE_layers}, {@code SIDE_attention_heads}, {@code
   * SIDE_ffn_dim}.
   *
   * @param side {@code encoder} or {@code decoder}
   */
  private static StackSpec stack(Config config, String side, Layout layout) {
    int width = width(config);
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            config.integer(side + "_ffn_dim", 1, Limits.WIDTH),
            Activations.read(config, "activation_function", layout.activation),
            false,
            true);
    return new StackSpec(
        config.integer(side + "_layers", 1, Limits.LAYERS),
        width,
        AttentionSpec.within(width, heads(config, side, width), layout.attentionBiases),
        feedForward,
        new NormSpec(NormSpec.Kind.LAYER, EPSILON),
        layout.preNorm,
        layout.preNorm);
  }

  static int heads(Config config, String side, int width) {
    int heads = config.integer(side + "_attention_heads", 1, Limits.HEADS);
    config.require(width % heads == 0, side + "_attention_heads", "must divide d_model, " + width);
    return heads;
  }

  static int width(Config config) {
    return config.integer("d_model", 1, Limits.WIDTH);
  }

  static int vocabulary(Config config) {
    return config.integer("vocab_size", 1, Limits.VOCABULARY);
  }

  /** Sines in place of a learned table, as Marian and Pegasus compute them. */
  static PositionSpec sines(Config config) {
    return PositionSpec.Sinusoidal.marian(sineCount(config), width(config));
  }

  /** Sines as fairseq computes them, counted from behind the padding id (M2M100, TrOCR). */
  static PositionSpec sinesBehindPadding(Config config) {
    return PositionSpec.Sinusoidal.fairseq(
        sineCount(config), width(config), config.integer("pad_token_id", 1, 0, Limits.VOCABULARY));
  }

  /** Positions whose sines are computed: of a learned table the file of weights must hold all. */
  private static int sineCount(Config config) {
    int positions = positionCount(config);
    config.require(
        (long) positions * width(config) <= Limits.SINES,
        "max_position_embeddings",
        "times d_model, " + width(config) + ", must be at most " + Limits.SINES);
    return positions;
  }

  private static int positionCount(Config config) {
    return config.integer("max_position_embeddings", 1, Limits.POSITIONS);
  }

  static PositionSpec positions(Config config) {
    return new PositionSpec.Learned(positionCount(config), POSITION_OFFSET);
  }

  private static float embeddingScale(Config config, Layout layout) {
    boolean scaled = config.flag("scale_embedding", layout.scaled) && layout.readsScale;
    return scaled ? (float) Math.sqrt(width(config)) : 1f;
  }

  /** An encoder; where it reads tokens, perhaps with a table of its own. */
  static TransformerSpec.Encoder encoder(
      Config config, EncoderFront front, PositionSpec positions, Layout layout) {
    return new TransformerSpec.Encoder(
        front,
        positions,
        layout.embeddingNorm,
        stack(config, "encoder", layout),
        front.vocabulary() > 0 && !sharesTable(config));
  }

  static TokenFront tokens(Config config, Layout layout) {
    return new TokenFront(vocabulary(config), embeddingScale(config, layout));
  }

  /** The decoder of a model whose encoder has the same width and vocabulary. */
  static TransformerSpec.Decoder decoder(Config config, PositionSpec positions, Layout layout) {
    return decoder(config, vocabulary(config), positions, layout, width(config), false);
  }

  /**
   * @param crossWidth width of what cross-attention projects
   * @param bridge whether the encoder output is first brought to that width
   */
  static TransformerSpec.Decoder decoder(
      Config config,
      int vocabulary,
      PositionSpec positions,
      Layout layout,
      int crossWidth,
      boolean bridge) {
    return new TransformerSpec.Decoder(
        new TransformerSpec.Embedding(
            vocabulary, embeddingScale(config, layout), layout.embeddingNorm),
        positions,
        stack(config, "decoder", layout),
        crossWidth,
        bridge,
        new TransformerSpec.Head(config.flag("tie_word_embeddings", true), 1f, layout.headBias));
  }

  /**
   * Whether encoder and decoder have one token table: an untied head unties them too, as
   * Transformers reads {@code tie_word_embeddings}.
   */
  static boolean sharesTable(Config config) {
    return config.flag("tie_word_embeddings", true)
        && config.flag("share_encoder_decoder_embeddings", true);
  }

  /** Names of a model with an encoder and a decoder of text. */
  static NameTable names(Config config) {
    return names(config, "model", new HashMap<>());
  }

  /**
   * The same beside other names.
   *
   * @param model what encoder and decoder are part of
   */
  static NameTable names(Config config, String model, Map<String, String> others) {
    Map<String, String> names = new HashMap<>(others);
    names.put(Names.HEAD, HEAD);
    names.put(Names.bias(Names.HEAD), "final_logits_bias");
    names(names, Names.ENCODER, model + ".encoder");
    names(names, Names.DECODER, model + ".decoder");
    String shared = model + ".shared";
    String encoder = model + ".encoder.embed_tokens";
    String decoder = model + ".decoder.embed_tokens";
    names.put(Names.ENCODER.embedding(), encoder);
    if (sharesTable(config)) {
      names.put(Names.DECODER.embedding(), shared);
      return new NameTable(
          names,
          NameTable.tied(
              shared,
              Map.entry(Names.HEAD, HEAD),
              Map.entry(Names.DECODER.embedding(), decoder),
              Map.entry(Names.ENCODER.embedding(), encoder)));
    }
    names.put(Names.DECODER.embedding(), decoder);
    Map<String, List<String>> order = new HashMap<>();
    if (config.flag("tie_word_embeddings", true)) {
      order.putAll(NameTable.tiedHead(decoder, HEAD));
    } else {
      // Folders written before Transformers 5 may keep the tables of both sides as one even so.
      order.put(Names.DECODER.embedding(), List.of(decoder, shared));
      order.put(Names.ENCODER.embedding(), List.of(encoder, shared));
    }
    return new NameTable(names, order);
  }

  /**
   * A model of text whose two sides share one configuration.
   *
   * @param tokens special tokens for keys that the configuration lacks
   * @param generation settings where it states none
   */
  static ModelDescription text(
      String family,
      Config config,
      TransformerSpec.Decoder decoder,
      Layout layout,
      SpecialTokens tokens,
      Map<String, List<Integer>> generation) {
    return new ModelDescription(
        family,
        encoder(config, tokens(config, layout), decoder.positions(), layout),
        decoder,
        names(config),
        SpecialTokens.read(config, decoder.vocabulary(), tokens),
        generation);
  }

  /** Settings of a family that starts with a token, whatever begins a text, and forces its end. */
  static Map<String, List<Integer>> settings(int start, int forcedEnd) {
    return Map.of(START, List.of(start), FORCED_END, List.of(forcedEnd));
  }

  /** Adds the tensor names of one stack under {@code prefix}, such as {@code model.decoder}. */
  static void names(Map<String, String> names, Names.Stack stack, String prefix) {
    names.put(stack.positions(), prefix + ".embed_positions");
    names.put(stack.embeddingNorm(), prefix + ".layernorm_embedding");
    names.put(stack.norm(), prefix + ".layer_norm");
    Names.Layer canonical = stack.eachLayer();
    String layer = prefix + ".layers.{}";
    attention(names, canonical.self(), layer + ".self_attn");
    attention(names, canonical.cross(), layer + ".encoder_attn");
    names.put(canonical.feedForward().in(), layer + ".fc1");
    names.put(canonical.feedForward().out(), layer + ".fc2");
    names.put(canonical.feedForward().norm(), layer + ".final_layer_norm");
  }

  static void attention(Map<String, String> names, Names.Attention canonical, String module) {
    names.put(canonical.query(), module + ".q_proj");
    names.put(canonical.key(), module + ".k_proj");
    names.put(canonical.value(), module + ".v_proj");
    names.put(canonical.output(), module + ".out_proj");
    names.put(canonical.norm(), module + "_layer_norm");
  }
}
