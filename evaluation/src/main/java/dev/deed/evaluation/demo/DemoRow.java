package dev.deed.evaluation.demo;

import dev.deed.Timing;

/**
 * A sample with its times.
 *
 * @param answer with early exits
 * @param equalToFull whether full depth gives the same tokens
 * @param full median times of full depth
 * @param deed median times with early exits
 */
public record DemoRow(Answer answer, boolean equalToFull, Timing full, Timing deed) {
  int tokens() {
    return answer.generation().steps().size();
  }

  int exitLayerSum() {
    return answer.generation().exitLayers().stream().mapToInt(Integer::intValue).sum();
  }
}
