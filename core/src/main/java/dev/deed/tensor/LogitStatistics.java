package dev.deed.tensor;

import java.util.function.IntUnaryOperator;

/**
 * What exit policies ask of a row of logits, gathered in one go. With p = softmax(logits):
 *
 * @param count number of logits, n
 * @param argmax index of the largest logit, the lowest one on ties
 * @param max largest logit
 * @param secondMax second largest logit, equal to {@code max} on a tie; −∞ for a single logit
 * @param logSumExp ln Σ exp(logit)
 * @param sumProbabilityLogProbability Σ p ln p, the negative entropy in nats; terms with p = 0
 *     count 0
 */
public record LogitStatistics(
    int count,
    int argmax,
    float max,
    float secondMax,
    double logSumExp,
    double sumProbabilityLogProbability) {

  /** Whether all logits are numbers below ∞; −∞, an impossible token, may be among them. */
  public boolean isSound() {
    boolean impossible = max == Float.NEGATIVE_INFINITY && !Float.isNaN(secondMax);
    return impossible || (max < Float.POSITIVE_INFINITY && !Double.isNaN(logSumExp));
  }

  /** Probability of the largest logit, in 0…1. */
  public double maxProbability() {
    return probability(max);
  }

  /** Difference between the two largest probabilities, in 0…1. */
  public double margin() {
    return probability(max) - probability(secondMax);
  }

  /** Entropy H = −Σ p ln p in nats, in 0…ln n. */
  public double entropy() {
    return Math.clamp(-sumProbabilityLogProbability, 0.0, StrictMath.log(count));
  }

  /** 1 − H / ln n, in 0…1: 0 for a uniform distribution, 1 for a certain one (and for n = 1). */
  public double entropyConfidence() {
    return count == 1 ? 1.0 : 1.0 - entropy() / StrictMath.log(count);
  }

  /** Natural logarithm of the probability of a logit of this row. */
  public double logProbability(float logit) {
    return logit - logSumExp;
  }

  /** The same of logits that stand in other places: logit i at {@code places(i)}. */
  public LogitStatistics at(IntUnaryOperator places) {
    return new LogitStatistics(
        count, places.applyAsInt(argmax), max, secondMax, logSumExp, sumProbabilityLogProbability);
  }

  private double probability(float logit) {
    return StrictMath.exp(logit - logSumExp);
  }
}
