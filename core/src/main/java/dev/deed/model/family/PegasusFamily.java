package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import java.util.List;

/** Pegasus (Zhang et al. 2020, arXiv 1912.08777): {@code PegasusForConditionalGeneration}. */
final class PegasusFamily implements ModelFamily {
  @Override
  public ModelDescription read(Config config) {
    BartStacks.Layout layout = new BartStacks.Layout(true, false, true);
    return BartStacks.text(
        "Pegasus",
        config,
        BartStacks.decoder(config, BartStacks.sines(config), layout),
        layout,
        new SpecialTokens(0, List.of(1), 0),
        BartStacks.settings(0, 1));
  }
}
