package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * T5Gemma (Zhang et al. 2025, arXiv 2504.06225): two stacks of Gemma 2 and cross-attention, as
 * {@code T5GemmaForConditionalGeneration} stores them.
 */
final class T5GemmaFamily implements ModelFamily {
  @Override
  public ModelDescription read(Config config) {
    Config encoderSide = config.object("encoder");
    Config decoderSide = config.object("decoder");
    StackSpec encoder = stack(encoderSide, window -> new LayerKind.Window(window, window));
    StackSpec decoder = stack(decoderSide, window -> new LayerKind.Window(window - 1, 0));
    int vocabulary = vocabulary(config, decoderSide);
    boolean tied = config.flag("tie_word_embeddings", true);
    float cap = GemmaStacks.cap(decoderSide, "final_logit_softcapping", 30);
    return new ModelDescription(
        "T5Gemma",
        new TransformerSpec.Encoder(
            new TokenFront(
                vocabulary(config, encoderSide), GemmaStacks.embeddingScale(encoderSide)),
            new PositionSpec.None(),
            false,
            encoder,
            true),
        new TransformerSpec.Decoder(
            new TransformerSpec.Embedding(
                vocabulary, GemmaStacks.embeddingScale(decoderSide), false),
            new PositionSpec.None(),
            decoder,
            encoder.width(),
            false,
            new TransformerSpec.Head(tied, 1f, false, cap)),
        names(tied),
        tokens(config, decoderSide, vocabulary),
        Map.of());
  }

  private static StackSpec stack(Config side, IntFunction<LayerKind.Window> window) {
    float cap = GemmaStacks.cap(side, "attn_logit_softcapping", 50);
    return GemmaStacks.stack(
        side,
        new GemmaStacks.Layout(2, false, cap, window),
        (type, headWidth) -> rotary(side, headWidth));
  }

  /** Where the positions of all layers stand: as Transformers 5 writes them, or as 4 did. */
  private static RotarySpec rotary(Config side, int headWidth) {
    double base = GemmaStacks.theta(side, "rope_theta", 10_000);
    for (String key : List.of("rope_parameters", "rope_scaling")) {
      if (side.has(key)) {
        return GemmaStacks.rotary(side.object(key), headWidth, base);
      }
    }
    return new RotarySpec(headWidth, false, base, 1);
  }

  /** Rows of a side's table: the outer configuration goes before the side's. */
  private static int vocabulary(Config config, Config side) {
    int own = side.integer("vocab_size", 256_000, 1, Limits.VOCABULARY);
    return config.integer("vocab_size", own, 1, Limits.VOCABULARY);
  }

  private static NameTable names(boolean tied) {
    Map<String, String> names = new HashMap<>();
    GemmaStacks.names(names, Names.ENCODER, "model.encoder");
    GemmaStacks.names(names, Names.DECODER, "model.decoder");
    return NameTable.of(names, "model.decoder.embed_tokens", "lm_head.out_proj", tied);
  }

  /**
   * Special tokens: generation starts from the token that begins a text.
   *
   * @param side configuration of the decoder
   */
  static SpecialTokens tokens(Config config, Config side, int vocabulary) {
    int start = side.integer("bos_token_id", Math.min(2, vocabulary - 1), 0, vocabulary - 1);
    SpecialTokens own =
        SpecialTokens.read(side, vocabulary, new SpecialTokens(start, List.of(1), 0));
    int outerStart = config.integer("bos_token_id", start, 0, vocabulary - 1);
    return SpecialTokens.read(
        config, vocabulary, new SpecialTokens(outerStart, own.ends(), own.pad()));
  }
}
