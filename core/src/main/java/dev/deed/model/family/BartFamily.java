package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import java.util.List;
import java.util.Map;

/** BART (Lewis et al. 2020, arXiv 1910.13461), mBART: {@code (M)BartForConditionalGeneration}. */
final class BartFamily implements ModelFamily {
  /** The end token of both where none is stated. */
  static final int END = 2;

  @Override
  public ModelDescription read(Config config) {
    boolean multilingual = config.text("model_type").equals("mbart");
    BartStacks.Layout layout = new BartStacks.Layout(multilingual, true, true);
    return BartStacks.text(
        multilingual ? "mBART" : "BART",
        config,
        BartStacks.decoder(config, BartStacks.positions(config), layout),
        layout,
        tokens(config, multilingual),
        settings(multilingual));
  }

  /**
   * Tokens where a configuration states none; mBART's has no start, for which Transformers then
   * takes the token that begins a text.
   */
  static SpecialTokens tokens(Config config, boolean multilingual) {
    int start = multilingual ? config.integer("bos_token_id", 0, 0, Limits.VOCABULARY) : END;
    return new SpecialTokens(start, List.of(END), 1);
  }

  /** Generation settings where a configuration states none. */
  static Map<String, List<Integer>> settings(boolean multilingual) {
    return multilingual
        ? Map.of(BartStacks.FORCED_END, List.of(END))
        : BartStacks.settings(END, END);
  }
}
