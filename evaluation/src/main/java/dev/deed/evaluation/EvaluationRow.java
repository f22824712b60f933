package dev.deed.evaluation;

import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.value.ExitSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found of one model under one policy. Sums are over all examples; docs:
 * evaluation.md.
 *
 * @param model name of the model
 * @param policy the exit settings
 * @param resolved of {@code default}: what the model states; else null
 * @param sameAs label of the policy of this model with which it was measured in one run, since both
 *     come to the same; null where the run is its own
 * @param metrics by name, in the order asked for
 * @param figures every one; reductions are against the first model's full depth
 * @param drafts what became of drafts; null where tokens that left early were not verified
 * @param exits where tokens were emitted
 * @param batches that were timed
 */
public record EvaluationRow(
    String model,
    EvaluationPolicy policy,
    @Nullable ExitSettings resolved,
    @Nullable String sameAs,
    Map<String, Estimate> metrics,
    Map<Figure, Estimate> figures,
    @Nullable DraftFigures drafts,
    ExitProfile exits,
    int batches) {
  /** A figure with its interval. */
  public Estimate figure(Figure figure) {
    return Objects.requireNonNull(figures.get(figure));
  }

  /** One that is measured in pairs of batches. */
  public Reduction reduction(Figure figure) {
    return Reduction.of(figure(figure), batches);
  }

  /** What is said of a lossless policy whose answers differ from full depth's; else nothing. */
  public Stream<String> violation(int examples) {
    return drafts == null || drafts.differing() == 0
        ? Stream.empty()
        : Stream.of(
            ("ERROR: %s of %s: %d of %d answers are not those of full depth, as lossless exits"
                    + " promise; use full, and report it")
                .formatted(policy.label(), model, drafts.differing(), examples));
  }

  /**
   * Where tokens were emitted.
   *
   * @param shares of the tokens that each decoder layer emitted, from layer 1 on; what they lack to
   *     1 was copied from the encoder's input
   * @param byPosition mean layer of the first tokens, the second, and so on, as far as a twentieth
   *     of the answers reach
   */
  public record ExitProfile(List<Double> shares, List<Double> byPosition) {
    /** Beyond it a mean would be that of a few answers. */
    private static final double LEAST_SHARE = 0.05;

    static ExitProfile of(List<Observation> run, int decoderLayers) {
      int longest = run.stream().mapToInt(one -> one.exitLayers().size()).max().orElse(0);
      double[] counts = new double[decoderLayers];
      double[] sums = new double[longest];
      int[] answers = new int[longest];
      for (Observation observation : run) {
        List<Integer> layers = observation.exitLayers();
        for (int position = 0; position < layers.size(); position++) {
          if (layers.get(position) > 0) {
            counts[layers.get(position) - 1]++;
          }
          sums[position] += layers.get(position);
          answers[position]++;
        }
      }
      double tokens = Math.max(1, Arrays.stream(answers).sum());
      List<Double> means = new ArrayList<>();
      for (int i = 0; i < longest && answers[i] >= LEAST_SHARE * run.size(); i++) {
        means.add(sums[i] / answers[i]);
      }
      return new ExitProfile(Arrays.stream(counts).mapToObj(n -> n / tokens).toList(), means);
    }
  }

  /**
   * What became of the drafts of a lossless policy. Sums are over all examples.
   *
   * @param drafted drafts that full depth was asked about
   * @param accepted how many of them full depth emits too
   * @param verifications how often the last layer was asked, about drafts or where none waited
   * @param acceptedShare accepted by drafted; 0 without any
   * @param length drafted by verifications: drafts a verification
   * @param differing answers whose tokens are not those of full depth, which must be none
   */
  public record DraftFigures(
      int drafted,
      int accepted,
      int verifications,
      Estimate acceptedShare,
      Estimate length,
      int differing) {}
}
