package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.EncoderFront;
import dev.deed.model.StackSpec;
import dev.deed.model.TransformerSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * BART (Lewis et al. 2020, arXiv 1910.13461) and mBART, as {@code (M)BartForConditionalGeneration}
 * stores them.
 */
final class BartFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("bart", "mbart");
  }

  @Override
  public ModelDescription read(Config config) {
    boolean multilingual = config.text("model_type").equals("mbart");
    int vocabulary = config.integer("vocab_size", 1, Limits.VOCABULARY);
    StackSpec stack = BartStacks.stack(config, "encoder", multilingual);
    TransformerSpec.Encoder encoder =
        new TransformerSpec.Encoder(
            new EncoderFront.Tokens(
                vocabulary, BartStacks.embeddingScale(config, stack.width()), true),
            BartStacks.positions(config),
            true,
            stack);
    TransformerSpec.Decoder decoder =
        BartStacks.decoder(
            config,
            multilingual,
            true,
            config.flag("tie_word_embeddings", true),
            stack.width(),
            false,
            true);
    return new ModelDescription(
        multilingual ? "mBART" : "BART",
        new TransformerSpec(encoder, decoder, null),
        new NameTable(names()),
        // mBART without a stated start begins with its end token, as BART does.
        BartStacks.tokens(config, vocabulary, 2));
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put("decoder.embedding", "model.shared");
    names.put("head", "lm_head");
    names.put("head.bias", "final_logits_bias");
    BartStacks.names(names, "encoder", "model.encoder");
    BartStacks.names(names, "decoder", "model.decoder");
    return names;
  }
}
