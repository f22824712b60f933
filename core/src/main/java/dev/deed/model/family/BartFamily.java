package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.PositionSpec;
import dev.deed.model.TransformerSpec;
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
    BartStacks.Layout layout = new BartStacks.Layout(multilingual, true, true);
    PositionSpec positions = BartStacks.positions(config);
    TransformerSpec.Decoder decoder = BartStacks.decoder(config, positions, layout);
    return new ModelDescription(
        multilingual ? "mBART" : "BART",
        new TransformerSpec(BartStacks.textEncoder(config, positions, layout), decoder, null),
        BartStacks.names(config),
        // mBART without a stated start begins with its end token, as BART does.
        BartStacks.tokens(config, decoder.vocabulary(), 2));
  }
}
