package dev.deed.evaluation.cost;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/**
 * What decoding took, what was counted, and what that comes to. Immutable.
 *
 * @param batches milliseconds of every batch, in the order of the data, the same for what is
 *     compared
 * @param counts means per example of what {@link DecodeCost} has prices for, in their order
 * @param ofCounts milliseconds per example that they come to at the prices of a {@link PriceFit};
 *     NaN where there are none
 */
public record DecodeTimes(List<Double> batches, List<Double> counts, double ofCounts) {
  /** What is said of two policies is to be wrong in one case of a hundred, not in one of ten. */
  private static final int SURE = 10;

  public DecodeTimes {
    batches = List.copyOf(batches);
    counts = List.copyOf(counts);
  }

  /**
   * @param run [examples]
   * @param batch how many were decoded together
   * @param cost prices; null where there are none
   */
  public static DecodeTimes of(List<Observation> run, int batch, @Nullable DecodeCost cost) {
    List<Double> batches =
        run.stream()
            .gather(Gatherers.windowFixed(batch))
            .map(part -> part.stream().mapToDouble(Observation::decodeMillis).sum())
            .toList();
    List<Double> counts = DecodeCost.meanCounts(run);
    return new DecodeTimes(batches, counts, cost == null ? Double.NaN : cost.millis(counts));
  }

  /**
   * The cheapest of some: that whose counts come to least, of equals the first, unless the clock
   * tells that another is faster. Then counts miss something, such as what a gate costs.
   */
  public static <T> Optional<T> cheapest(List<T> items, Function<T, DecodeTimes> times) {
    return items.stream()
        .min(Comparator.comparingDouble(item -> times.apply(item).ofCounts))
        .map(
            least ->
                items.stream()
                    .filter(item -> times.apply(item).tellsFaster(times.apply(least), items.size()))
                    .min(Comparator.comparingDouble(item -> times.apply(item).sum()))
                    .orElse(least));
  }

  private boolean tellsFaster(DecodeTimes than, int comparisons) {
    if (equals(than)) {
      return false;
    }
    Reduction clock = Reduction.of(batches, than.batches, SURE * comparisons);
    return clock.isMeasurable() && clock.share().value() > 0;
  }

  public Reduction against(DecodeTimes other) {
    return Reduction.of(batches, other.batches);
  }

  private double sum() {
    return batches.stream().mapToDouble(Double::doubleValue).sum();
  }
}
