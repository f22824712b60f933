package dev.deed.evaluation.demo;

import java.util.Map;

/**
 * A sample with its runs.
 *
 * @param answer what is shown
 * @param runs in each way of decoding that was measured, full depth among them
 */
public record DemoRow(Answer answer, Map<Decoding, Runs> runs) {
  /**
   * @throws IllegalArgumentException when it was not measured
   */
  public Runs runs(Decoding decoding) {
    Runs found = runs.get(decoding);
    if (found == null) {
      throw new IllegalArgumentException(decoding + " was not measured");
    }
    return found;
  }
}
