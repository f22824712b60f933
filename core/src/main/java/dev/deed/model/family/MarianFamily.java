package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.spec.PositionSpec;
import java.util.List;

/**
 * Marian (Junczys-Dowmunt et al. 2018, arXiv 1804.00344), as {@code MarianMTModel} stores it; its
 * two languages may have tables of their own.
 */
final class MarianFamily implements ModelFamily {
  /** Where no padding is stated, and where no start is: the last token of the first models. */
  private static final int PADDING = 58_100;

  @Override
  public ModelDescription read(Config config) {
    boolean shared = config.flag("share_encoder_decoder_embeddings", true);
    int vocabulary = BartStacks.vocabulary(config);
    int decoderVocabulary = config.integer("decoder_vocab_size", vocabulary, 1, Limits.VOCABULARY);
    if (shared && decoderVocabulary != vocabulary) {
      throw config.wrong("decoder_vocab_size", "must be vocab_size, " + vocabulary);
    }
    BartStacks.Layout layout = new BartStacks.Layout(false, false, true);
    PositionSpec positions = BartStacks.sines(config);
    return BartStacks.text(
        "Marian",
        config,
        BartStacks.decoder(
            config, decoderVocabulary, positions, layout, BartStacks.width(config), false),
        layout,
        new SpecialTokens(PADDING, List.of(0), PADDING),
        BartStacks.settings(PADDING, 0));
  }
}
