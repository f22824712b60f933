package dev.deed.lab.speed;

import java.util.List;

/**
 * Where a model's time goes with one input at a time.
 *
 * @param conditions of which the batch does not count
 * @param byDepth milliseconds a token when every step stops at layer 1, 2, … N, keys and values of
 *     the source included
 * @param parts against the machine's limits
 */
public record ModelParts(BenchCase conditions, List<Double> byDepth, List<Part> parts) {
  public ModelParts {
    byDepth = List.copyOf(byDepth);
    parts = List.copyOf(parts);
  }
}
