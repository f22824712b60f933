package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.spec.AttentionSpec;
import java.util.List;
import java.util.Map;

/**
 * M2M100 (Fan et al. 2020, arXiv 2010.11125) and NLLB-200 (arXiv 2207.04672), as {@code
 * M2M100ForConditionalGeneration} stores them.
 */
final class M2m100Family implements ModelFamily {
  @Override
  public ModelDescription read(Config config) {
    BartStacks.Layout layout =
        new BartStacks.Layout(
            true, false, false, AttentionSpec.Biases.everywhere(true), true, "relu", true);
    return BartStacks.text(
        "M2M100",
        config,
        BartStacks.decoder(config, BartStacks.sinesBehindPadding(config), layout),
        layout,
        new SpecialTokens(2, List.of(2), 1),
        Map.of(BartStacks.START, List.of(2)));
  }
}
