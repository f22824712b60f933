package dev.deed.decode.logits;

import java.util.Arrays;

/**
 * Locally typical sampling (Meister et al. 2022, arXiv 2202.00666): keeps the tokens whose surprise
 * −ln p is nearest to the entropy, until their probabilities together reach a mass.
 *
 * @param mass above 0, below 1
 * @param keep fewest tokens to keep, at least 1
 */
public record Typical(double mass, int keep) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    double entropy = scores.statistics().entropy();
    double logSum = scores.logSum();
    long[] nearest = scores.scratch();
    for (int token = 0; token < scores.size(); token++) {
      double distance = Math.abs(logSum - scores.get(token) - entropy);
      nearest[token] = SortKey.of((float) distance, token);
    }
    Arrays.sort(nearest, 0, scores.size());
    double sum = 0;
    int last = 0;
    while (last < scores.size() - 1) {
      sum += StrictMath.exp(scores.get(SortKey.order(nearest[last])) - logSum);
      if (sum >= mass) {
        break;
      }
      last++;
    }
    int end = last + 1;
    while (end < scores.size() && SortKey.sameValue(nearest[end], nearest[last])) {
      end++;
    }
    for (int i = Math.max(end, keep); i < scores.size(); i++) {
      scores.ban(SortKey.order(nearest[i]));
    }
  }
}
