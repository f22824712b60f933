package dev.deed.evaluation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The median; of an even number the mean of the two in the middle. */
public final class Median {
  private Median() {}

  /**
   * The median of a figure.
   *
   * @param items at least one
   */
  public static <T> double of(List<T> items, ToDoubleFunction<T> figure) {
    double[] sorted = items.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
