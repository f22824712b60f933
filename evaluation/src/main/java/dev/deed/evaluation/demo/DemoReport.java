package dev.deed.evaluation.demo;

import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationReport;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.cost.Bootstrap;
import dev.deed.evaluation.cost.Median;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.ExitSettings;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What the demonstration measured of a model.
 *
 * @param model its folder
 * @param settings when steps stopped, for each way of decoding that was measured, in their order
 * @param shown the way in which answers are shown, one of those measured
 * @param layers decoder layers of the model
 * @param answers one for each sample, at least one
 * @param runs of each way of decoding, {@code [samples][rounds]}, at least one round; of times the
 *     medians count
 */
public record DemoReport(
    Path model,
    Map<Decoding, ExitSettings> settings,
    Decoding shown,
    int layers,
    List<Answer> answers,
    Map<Decoding, List<List<Observation>>> runs) {
  String name() {
    return Objects.requireNonNullElse(model.getFileName(), model).toString();
  }

  int rounds() {
    return runs(Decoding.FULL, 0).size();
  }

  private List<Observation> runs(Decoding way, int sample) {
    return Objects.requireNonNull(runs.get(way)).get(sample);
  }

  /** A line where lossless exits broke their promise; there is none unless DEED is wrong. */
  List<String> violations() {
    ExitSettings lossless = settings.get(Decoding.LOSSLESS);
    long wrong = lossless == null ? 0 : answers.size() - equal(Decoding.LOSSLESS);
    return wrong == 0
        ? List.of()
        : List.of(
            EvaluationReport.violation(
                String.valueOf(lossless), model.toString(), wrong, answers.size()));
  }

  /** Samples whose answer has the tokens of full depth in every round. */
  long equal(Decoding way) {
    return IntStream.range(0, answers.size()).filter(sample -> isEqual(way, sample)).count();
  }

  boolean isEqual(Decoding way, int sample) {
    return tokenIds(way, sample).equals(tokenIds(Decoding.FULL, sample));
  }

  private List<List<Integer>> tokenIds(Decoding way, int sample) {
    return runs(way, sample).stream().map(Observation::tokenIds).toList();
  }

  /** Medians of a sample's times. */
  Timing timing(Decoding way, int sample) {
    return Observation.median(runs(way, sample)).timing();
  }

  double figure(Decoding way, Figure figure) {
    return figure(way, figure, Bootstrap.once(rounds()));
  }

  /**
   * One of the reductions. The rounds are what is drawn: in each, all samples ran in every way, so
   * what disturbs a round is in all of them.
   */
  Reduction reduction(Decoding way, Figure figure) {
    return Reduction.of(rounds(), counts -> figure(way, figure, counts));
  }

  private double figure(Decoding way, Figure figure, int[] counts) {
    return figure.of(sums(way, counts), sums(Decoding.FULL, counts));
  }

  double sum(Decoding way, int total) {
    return sums(way, Bootstrap.once(rounds()))[total];
  }

  /** Sums of {@link RunTotals} over the samples' medians, each round counting so many times. */
  private double[] sums(Decoding way, int[] counts) {
    List<EvaluationExample> examples = answers.stream().map(Answer::example).toList();
    List<Observation> full = medians(Decoding.FULL, counts);
    return Metric.sum(
        RunTotals.of(examples, medians(way, counts), full, layers, List.of()).vectors());
  }

  private List<Observation> medians(Decoding way, int[] counts) {
    return IntStream.range(0, answers.size())
        .mapToObj(sample -> Observation.median(Median.resample(runs(way, sample), counts)))
        .toList();
  }

  /** Total times in milliseconds: for each sample and way those of its runs. */
  List<List<Double>> totals() {
    return runs.values().stream()
        .flatMap(List::stream)
        .map(rounds -> rounds.stream().map(run -> run.timing().totalMillis()).toList())
        .toList();
  }
}
