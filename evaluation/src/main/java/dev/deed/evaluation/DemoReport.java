package dev.deed.evaluation;

import dev.deed.data.InputLine;
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

  /** Ways of decoding that the demonstration compares, by the labels of their policies. */
  public enum Decoding {
    /** Every token at the last layer. */
    FULL("full depth", EvaluationPolicy.PLAIN.label()),
    /** Likewise, but for tokens that the model's own language forces. */
    FORCED("forced tokens", EvaluationPolicy.FORCED.label()),
    /** Tokens leave where the model is sure. */
    EARLY("early exits", "default"),
    /** Tokens that leave early are drafts, which full depth verifies. */
    LOSSLESS("lossless exits", "default@lossless");

    private final String label;
    private final String policy;

    Decoding(String label, String policy) {
      this.label = label;
      this.policy = policy;
    }

    String label() {
      return label;
    }

    String policy() {
      return policy;
    }
  }
}
