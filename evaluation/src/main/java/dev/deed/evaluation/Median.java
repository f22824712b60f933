package dev.deed.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The median; of an even number the mean of the two in the middle. */
public final class Median {
  private Median() {}

  /** The median of a figure of items, at least one. */
  public static <T> double of(List<T> items, ToDoubleFunction<T> figure) {
    return of(items.stream().mapToDouble(figure).toArray());
  }

  /** The median of some numbers, at least one. */
  public static double of(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
