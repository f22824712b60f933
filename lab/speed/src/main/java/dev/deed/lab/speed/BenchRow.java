package dev.deed.lab.speed;

import dev.deed.evaluation.Bootstrap;
import dev.deed.evaluation.Median;
import dev.deed.evaluation.Reduction;
import dev.deed.lab.speed.Measurement.Run;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One engine on one model under given conditions.
 *
 * @param engine {@code deed}, {@code deed-exits} or {@code deed-lossless} where a schedule was
 *     imposed, {@code deed-settings} with exit settings, or a peer's name
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

  /** Median over the rounds of the medians of their repeats. */
  double time(ToDoubleFunction<Run> figure) {
    return median(round -> round.median(figure));
  }

  /** How long the JVM's compilers worked by the time of the repeats, in the worst round. */
  double compiling() {
    return highest(Measurement::compiling);
  }

  double highest(ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).max().orElse(Double.NaN);
  }

  /** A figure of every repeat of every round. */
  List<Double> runs(ToDoubleFunction<Run> figure) {
    return rounds.stream()
        .flatMap(round -> round.runs().stream())
        .map(run -> figure.applyAsDouble(run))
        .toList();
  }

  /** How far times of its repeats differ. */
  Spread spread() {
    return Spread.of(List.of(runs(Run::tokenMillis)));
  }

  /** Tokens a second, all inputs of the batch together. */
  double tokensPerSecond() {
    return 1000 * conditions.batch() / time(Run::tokenMillis);
  }

  /** A step's time by the ideal. */
  double idealRatio() {
    return time(Run::tokenMillis) / ideal;
  }

  /**
   * How much less time than another row it took, the median of pairs: repeats where both tell them,
   * else rounds.
   *
   * @param other of the same rounds
   */
  Reduction less(BenchRow other, ToDoubleFunction<Run> figure) {
    boolean paired = runs(figure).size() == other.runs(figure).size();
    List<Double> ratios =
        paired
            ? ratios(runs(figure), other.runs(figure))
            : ratios(ofRounds(figure), other.ofRounds(figure));
    return Reduction.of(
        Bootstrap.DEFAULT.estimateOne(
            ratios.size(), counts -> 1 - Median.of(resample(ratios, counts), Double::doubleValue)),
        ratios.size());
  }

  private List<Double> ofRounds(ToDoubleFunction<Run> figure) {
    return rounds.stream().map(round -> round.median(figure)).toList();
  }

  private static List<Double> ratios(List<Double> ours, List<Double> theirs) {
    return IntStream.range(0, Math.min(ours.size(), theirs.size()))
        .mapToObj(i -> ours.get(i) / theirs.get(i))
        .toList();
  }

  /** Each item as often as {@code counts} says. */
  static <T> List<T> resample(List<T> items, int[] counts) {
    return IntStream.range(0, counts.length)
        .boxed()
        .flatMap(i -> Collections.nCopies(counts[i], items.get(i)).stream())
        .toList();
  }
}
