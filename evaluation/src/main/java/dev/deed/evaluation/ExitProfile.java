package dev.deed.evaluation;

import dev.deed.evaluation.cost.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where tokens were emitted.
 *
 * @param shares of the tokens that each decoder layer emitted, from layer 1 on; what they lack to 1
 *     was copied from the encoder's input
 * @param byPosition mean layer of the first tokens, the second, and so on, as far as a twentieth of
 *     the answers reach
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
