package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.List;
import java.util.Set;

/**
 * Pegasus (Zhang et al. 2020, arXiv 1912.08777), as {@code PegasusForConditionalGeneration} stores
 * it.
 */
final class PegasusFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("pegasus");
  }

  @Override
  public ModelDescription read(Config config) {
    BartStacks.Layout layout = new BartStacks.Layout(true, false, true);
    PositionSpec positions = BartStacks.sines(config);
    TransformerSpec.Decoder decoder = BartStacks.decoder(config, positions, layout);
    return new ModelDescription(
        "Pegasus",
        new TransformerSpec(BartStacks.textEncoder(config, positions, layout), decoder, null),
        BartStacks.names(config),
        BartStacks.tokens(config, decoder.vocabulary(), new SpecialTokens(0, List.of(1), 0)),
        BartStacks.settings(0, 1));
  }
}
