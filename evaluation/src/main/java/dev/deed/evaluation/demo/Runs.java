package dev.deed.evaluation.demo;

import dev.deed.Generation;
import dev.deed.evaluation.cost.Median;
import dev.deed.value.Timing;
import java.util.List;

/**
 * The runs of a sample in one way of decoding.
 *
 * @param generation the answer
 * @param equalToFull whether full depth gives the same tokens
 * @param timings one a round, at least one
 */
public record Runs(Generation generation, boolean equalToFull, List<Timing> timings) {
  public Timing median() {
    return Median.of(timings);
  }

  int tokens() {
    return generation.tokens().size();
  }

  int exitLayerSum() {
    return generation.exitLayers().stream().mapToInt(Integer::intValue).sum();
  }
}
