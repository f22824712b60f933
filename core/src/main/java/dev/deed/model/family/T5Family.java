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
import dev.deed.tensor.Activation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * T5 v1.0 and v1.1 (Raffel et al. 2020, arXiv 1910.10683), as {@code T5ForConditionalGeneration}
 * stores them.
 */
final class T5Family implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("t5", "mt5");
  }

  @Override
  public ModelDescription read(Config config) {
    int width = config.integer("d_model", 1, Limits.WIDTH);
    int layers = config.integer("num_layers", 1, Limits.LAYERS);
    int vocabulary = config.integer("vocab_size", 1, Limits.VOCABULARY);
    // mT5 unties by default, and does not scale its decoder's output when tied.
    boolean multilingual = config.text("model_type").equals("mt5");
    boolean tied = config.flag("tie_word_embeddings", !multilingual);
    boolean scaled = config.flag("scale_decoder_outputs", tied && !multilingual);
    FeedForwardSpec feedForward = feedForward(config, multilingual ? "gated-gelu" : "relu");
    AttentionSpec attention =
        new AttentionSpec(
            config.integer("num_heads", 1, Limits.HEADS),
            config.integer("d_kv", 1, Limits.WIDTH),
            1f,
            AttentionSpec.Biases.everywhere(false));
    NormSpec norm =
        new NormSpec(NormSpec.Kind.RMS, (float) config.number("layer_norm_epsilon", 1e-6));
    PositionSpec positions = relativeBias(config);
    TransformerSpec.Encoder encoder =
        new TransformerSpec.Encoder(
            new EncoderFront.Tokens(vocabulary, 1f, true),
            positions,
            false,
            new StackSpec(layers, width, attention, feedForward, norm, true, true));
    int decoderLayers = config.integer("num_decoder_layers", layers, 1, Limits.LAYERS);
    TransformerSpec.Decoder decoder =
        new TransformerSpec.Decoder(
            vocabulary,
            1f,
            positions,
            false,
            new StackSpec(decoderLayers, width, attention, feedForward, norm, true, true),
            width,
            false,
            new TransformerSpec.Head(tied, scaled ? (float) Math.pow(width, -0.5) : 1f, false));
    return new ModelDescription(
        feedForward.gated() ? "T5 v1.1" : "T5 v1.0",
        new TransformerSpec(encoder, decoder, null),
        new NameTable(names(feedForward.gated()), Map.of("decoder.embedding", embeddings(tied))),
        new ModelDescription.SpecialTokens(
            config.integer("decoder_start_token_id", 0, 0, vocabulary - 1),
            List.of(config.integer("eos_token_id", 1, 0, vocabulary - 1)),
            config.integer("pad_token_id", 0, 0, vocabulary - 1)));
  }

  /** The bias of each distance, as T5 and its descendants state it. */
  static PositionSpec relativeBias(Config config) {
    int buckets = config.integer("relative_attention_num_buckets", 32, 2, 1 << 16);
    int distance = config.integer("relative_attention_max_distance", 128, 2, Limits.POSITIONS);
    if (distance <= buckets / 2) {
      throw config.wrong(
          "relative_attention_max_distance",
          "must be above half of relative_attention_num_buckets, " + buckets);
    }
    return new PositionSpec.RelativeBias(buckets, distance);
  }

  /** Where a folder may keep the token table besides {@code shared}. */
  private static List<String> embeddings(boolean tied) {
    return tied
        ? List.of("decoder.embed_tokens", "encoder.embed_tokens", "lm_head")
        : List.of("decoder.embed_tokens", "encoder.embed_tokens");
  }

  /**
   * {@code feed_forward_proj} is {@code ACT} or {@code gated-ACT}; {@code gated-gelu} means the
   * tanh form.
   */
  private static FeedForwardSpec feedForward(Config config, String fallback) {
    String projection = config.text("feed_forward_proj", fallback);
    boolean gated = projection.startsWith("gated-");
    Activation activation =
        projection.equals("gated-gelu")
            ? Activation.GELU_TANH
            : Activations.named(
                gated ? projection.substring("gated-".length()) : projection,
                config,
                "feed_forward_proj");
    return new FeedForwardSpec(config.integer("d_ff", 1, Limits.WIDTH), activation, gated, false);
  }

  private static Map<String, String> names(boolean gated) {
    Map<String, String> names = new HashMap<>();
    names.put("decoder.embedding", "shared");
    names.put("head", "lm_head");
    for (String side : List.of("encoder", "decoder")) {
      String block = side + ".block.{}.layer.";
      String layer = side + ".layers.{}";
      attention(names, layer + ".self", block + "0", "SelfAttention");
      String feedForward = block + (side.equals("encoder") ? "1" : "2");
      names.put(
          layer + ".feed_forward.in", feedForward + ".DenseReluDense." + (gated ? "wi_1" : "wi"));
      names.put(layer + ".feed_forward.gate", feedForward + ".DenseReluDense.wi_0");
      names.put(layer + ".feed_forward.out", feedForward + ".DenseReluDense.wo");
      names.put(layer + ".feed_forward_norm", feedForward + ".layer_norm");
      names.put(
          side + ".relative_bias", side + ".block.0.layer.0.SelfAttention.relative_attention_bias");
      names.put(side + ".norm", side + ".final_layer_norm");
    }
    attention(names, "decoder.layers.{}.cross", "decoder.block.{}.layer.1", "EncDecAttention");
    return names;
  }

  private static void attention(
      Map<String, String> names, String canonical, String layer, String module) {
    names.put(canonical + ".query", layer + "." + module + ".q");
    names.put(canonical + ".key", layer + "." + module + ".k");
    names.put(canonical + ".value", layer + "." + module + ".v");
    names.put(canonical + ".output", layer + "." + module + ".o");
    names.put(canonical + "_norm", layer + ".layer_norm");
  }
}
