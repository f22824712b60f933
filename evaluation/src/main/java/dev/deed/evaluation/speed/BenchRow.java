package dev.deed.evaluation.speed;

import dev.deed.evaluation.Median;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One engine on one model under given conditions.
 *
 * @param engine {@code deed}, {@code deed-exits} where a schedule was imposed, or a peer's name
 * @param rounds what it took, one entry a round; empty when it did not run
 * @param failure why it did not run; null when it did
 * @param ideal milliseconds that reading what a step reads takes at least; for all rows of a model
 *     alike, exits or not
 * @param sameIds whether its ids are those of DEED in the same precision at full depth
 */
public record BenchRow(
    String engine,
    BenchCase conditions,
    int sourceLength,
    List<Measurement> rounds,
    @Nullable String failure,
    double ideal,
    boolean sameIds) {
  /** Written out: of a compact constructor, class files do not tell which parameter may be null. */
  public BenchRow(
      String engine,
      BenchCase conditions,
      int sourceLength,
      List<Measurement> rounds,
      @Nullable String failure,
      double ideal,
      boolean sameIds) {
    this.engine = engine;
    this.conditions = conditions;
    this.sourceLength = sourceLength;
    this.rounds = List.copyOf(rounds);
    this.failure = failure;
    this.ideal = ideal;
    this.sameIds = sameIds;
  }

  /** Median over the rounds. */
  double median(ToDoubleFunction<Measurement> figure) {
    return rounds.isEmpty() ? Double.NaN : Median.of(rounds, figure);
  }

  double lowest(ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).min().orElse(Double.NaN);
  }

  double highest(ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).max().orElse(Double.NaN);
  }

  /** Tokens a second, all inputs of the batch together. */
  double tokensPerSecond() {
    return 1000 * conditions.batch() / median(Measurement::tokenMillis);
  }

  /** A step's time by the ideal. */
  double idealRatio() {
    return median(Measurement::tokenMillis) / ideal;
  }

  /**
   * How many times as long as another engine it took, round by round; the median.
   *
   * @param other of the same rounds
   */
  double timesOf(BenchRow other, ToDoubleFunction<Measurement> figure) {
    int count = Math.min(rounds.size(), other.rounds.size());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ratios.add(figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i)));
    }
    return ratios.isEmpty() ? Double.NaN : Median.of(ratios, Double::doubleValue);
  }
}
