package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.Map;

/** T5 v1.0, v1.1 (Raffel et al. 2020, arXiv 1910.10683): {@code T5ForConditionalGeneration}. */
final class T5Family implements ModelFamily {
  @Override
  public ModelDescription read(Config config) {
    // mT5 unties by default, and does not scale its decoder's output when tied.
    boolean multilingual = config.text("model_type").equals("mt5");
    boolean tied = config.flag("tie_word_embeddings", !multilingual);
    FeedForwardSpec feedForward =
        T5Stacks.feedForward(config, multilingual ? "gated-gelu" : "relu", Activation.GELU_TANH);
    TransformerSpec.Encoder encoder =
        T5Stacks.encoder(
            config,
            new TokenFront(T5Stacks.vocabulary(config), 1f),
            T5Stacks.relativeBias(config),
            feedForward);
    TransformerSpec.Decoder decoder =
        T5Stacks.decoder(
            config, feedForward, tied, config.flag("scale_decoder_outputs", tied && !multilingual));
    return new ModelDescription(
        feedForward.gated() ? "T5 v1.1" : "T5 v1.0",
        encoder,
        decoder,
        new NameTable(T5Stacks.names(feedForward), T5Stacks.tables()),
        T5Stacks.tokens(config, T5Stacks.vocabulary(config)),
        Map.of());
  }
}
