package dev.deed;

import java.util.List;

/**
 * How probable a model finds a given answer, at full depth and before logits processors. Immutable.
 *
 * @param tokenIds the answer
 * @param logProbabilities the natural logarithm of each token's probability behind those before it:
 *     bit for bit what a generation at full depth, without a {@link Constraint}, tells of the same
 *     tokens
 */
public record AnswerScore(List<Integer> tokenIds, List<Double> logProbabilities) {
  /** Copies the lists. */
  public AnswerScore {
    tokenIds = List.copyOf(tokenIds);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /** {@return the natural logarithm of the whole answer's probability: the sum over its tokens} */
  public double logProbability() {
    return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
  }
}
