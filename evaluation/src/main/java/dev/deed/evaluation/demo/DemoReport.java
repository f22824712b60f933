package dev.deed.evaluation.demo;

import dev.deed.data.InputLine;
import dev.deed.evaluation.EvaluationRow;
import dev.deed.evaluation.cost.Observation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the demonstration measured of a model.
 *
 * @param model its folder
 * @param layers decoder layers of the model
 * @param samples at least one
 * @param ways what was measured of each way of decoding, in their order
 */
public record DemoReport(Path model, int layers, List<InputLine> samples, Map<Decoding, Way> ways) {
  /**
   * What was measured of a way of decoding.
   *
   * @param row its figures, of all runs
   * @param runs all samples, before they are repeated, [rounds · samples]
   */
  public record Way(EvaluationRow row, List<Observation> runs) {}

  String name() {
    return Objects.requireNonNullElse(model.getFileName(), model).toString();
  }

  Way way(Decoding decoding) {
    return Objects.requireNonNull(ways.get(decoding));
  }

  int rounds() {
    return way(Decoding.FULL).runs.size() / samples.size();
  }

  private List<Observation> runs(Decoding decoding, int sample) {
    List<Observation> all = way(decoding).runs;
    return IntStream.range(0, rounds())
        .mapToObj(round -> all.get(round * samples.size() + sample))
        .toList();
  }

  /** A line where lossless exits broke their promise; there is none unless DEED is wrong. */
  Stream<String> violations() {
    return ways.values().stream().flatMap(way -> way.row.violation(way.runs.size()));
  }

  /** Samples whose answer has the tokens of full depth in every round. */
  long equal(Decoding decoding) {
    return IntStream.range(0, samples.size()).filter(sample -> isEqual(decoding, sample)).count();
  }

  boolean isEqual(Decoding decoding, int sample) {
    return tokenIds(decoding, sample).equals(tokenIds(Decoding.FULL, sample));
  }

  private List<List<Integer>> tokenIds(Decoding decoding, int sample) {
    return runs(decoding, sample).stream().map(Observation::tokenIds).toList();
  }

  /** A sample's answer, with the medians of its times. */
  Observation answer(Decoding decoding, int sample) {
    return Observation.median(runs(decoding, sample));
  }
}
