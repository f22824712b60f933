package dev.deed.model;

import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a decoder's parts in int8 weights, whatever they are held in. Norms and biases are
 * shared.
 *
 * @param memory where the weights are to lie
 * @param basis of a head that says which tokens a draft may be; null: none does
 */
record NarrowCopy(Arena memory, @Nullable HeadBasis basis) {
  SelfAttention of(SelfAttention wide) {
    return new SelfAttention(
        wide.spec(), wide.window(), of(wide.projections()), wide.transform(), of(wide.output()));
  }

  /** Projections of the source stay as they are: these are run once, by the wide layers. */
  CrossAttention of(CrossAttention wide) {
    return new CrossAttention(
        wide.index(),
        wide.block(),
        wide.spec(),
        of(wide.query()),
        wide.source(),
        of(wide.output()),
        true);
  }

  FeedForward of(FeedForward wide) {
    Linear gate = wide.gate();
    return new FeedForward(
        wide.spec(),
        of(wide.in()),
        gate == null ? null : of(gate),
        wide.innerNorm(),
        of(wide.out()),
        wide.outputNorm());
  }

  /**
   * A head, as it is where that saves nothing. The logits are taken at their word: no bound says by
   * how much they may be off.
   */
  GenerationHead of(GenerationHead wide) {
    WeightMatrix weights = wide.weights();
    return new GenerationHead(
        TwoStageHead.pays(weights) ? of(weights) : weights,
        wide.bias(),
        wide.cap(),
        wide.tokens(),
        wide.vocabulary(),
        null,
        basis == null || wide.tokens() != null ? null : LowRankHead.of(weights, basis, memory));
  }

  private AttentionOutput of(AttentionOutput wide) {
    return new AttentionOutput(of(wide.projection()), wide.norm());
  }

  private Linear of(Linear wide) {
    return new Linear(of(wide.weight()), wide.bias());
  }

  private WeightMatrix of(WeightMatrix wide) {
    return KernelChoice.packing().repack(WeightPrecision.INT8, wide, memory);
  }
}
