package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TopTokens;
import java.util.function.IntToDoubleFunction;

/**
 * The likeliest tokens of a look-up that did not suffice. At deeper exits of the same step they
 * estimate how sure the head would be, without it: a few rows of its matrix in place of all.
 *
 * @param tokens likeliest first, without those that settings ban
 * @param others ln Σ exp(logit) of all other tokens
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Shortlist(int[] tokens, double others) {
  /**
   * The likeliest tokens of a row.
   *
   * @param scores in which processors banned tokens and changed nothing else
   */
  static Shortlist of(Scores scores, int length) {
    TopTokens top = scores.largest(length);
    top.sort();
    int[] tokens = new int[top.size()];
    double share = 0;
    double[] logits = new double[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = top.token(i);
      share += StrictMath.exp(scores.get(tokens[i]) - scores.logSum());
      logits[i] = scores.logit(tokens[i]);
    }
    double rest = Math.max(0, 1 - share);
    return new Shortlist(tokens, logSum(logits) + StrictMath.log(rest) - StrictMath.log(share));
  }

  /**
   * What the measure would be if the other tokens weighed as much as they did.
   *
   * @param measure one that suits a shortlist
   * @param logit of a token at the exit in question
   */
  double confidence(Confidence measure, IntToDoubleFunction logit) {
    double most = Double.NEGATIVE_INFINITY;
    double second = Double.NEGATIVE_INFINITY;
    double[] logits = new double[tokens.length + 1];
    for (int i = 0; i < tokens.length; i++) {
      double value = logit.applyAsDouble(tokens[i]);
      logits[i] = value;
      second = Math.max(second, Math.min(most, value));
      most = Math.max(most, value);
    }
    logits[tokens.length] = others;
    double sum = logSum(logits);
    double probability = StrictMath.exp(most - sum);
    return measure == Confidence.MARGIN ? probability - StrictMath.exp(second - sum) : probability;
  }

  private static double logSum(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    if (most == Double.NEGATIVE_INFINITY) {
      return most;
    }
    double sum = 0;
    for (double logit : logits) {
      sum += StrictMath.exp(logit - most);
    }
    return most + StrictMath.log(sum);
  }
}
