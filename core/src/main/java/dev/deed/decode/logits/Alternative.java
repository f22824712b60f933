package dev.deed.decode.logits;

import dev.deed.tensor.LogitStatistics;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the most probable tokens where a token was emitted.
 *
 * @param logProbability natural logarithm of its probability in the distribution of which the
 *     emitted token's own log-probability is told
 */
public record Alternative(int token, double logProbability) {
  /** Probability, in 0…1. */
  public double probability() {
    return StrictMath.exp(logProbability);
  }

  /**
   * Gives tokens their probabilities.
   *
   * @param top tokens with their logits; gets sorted
   * @param statistics of the distribution
   * @return most probable first, the lower token of equals; none where the statistics are no
   *     numbers
   */
  static List<Alternative> of(TopTokens top, LogitStatistics statistics) {
    List<Alternative> alternatives = new ArrayList<>();
    if (statistics.isSound()) {
      top.sort();
      for (int i = 0; i < top.size(); i++) {
        alternatives.add(
            new Alternative(top.token(i), statistics.logProbability((float) top.score(i))));
      }
    }
    return List.copyOf(alternatives);
  }
}
