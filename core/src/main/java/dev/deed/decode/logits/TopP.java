package dev.deed.decode.logits;

import java.util.Arrays;

/**
 * Nucleus sampling (Holtzman et al. 2019, arXiv 1904.09751): keeps the most probable tokens whose
 * probabilities together reach p. Taken from below: a token goes while it and all less probable
 * ones come to at most 1 − p.
 *
 * @param p in 0…1
 * @param keep fewest tokens to keep, at least 1
 */
public record TopP(double p, int keep) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    long[] ascending = scores.scratch();
    int count = 0;
    for (int token = 0; token < scores.size(); token++) {
      float score = scores.get(token);
      if (score > Float.NEGATIVE_INFINITY) {
        // Of equal scores the lower token is the better, so it comes later.
        ascending[count++] = SortKey.of(score, ~token);
      }
    }
    Arrays.sort(ascending, 0, count);
    double logSum = scores.logSum();
    double below = 0;
    for (int i = 0; i < count - keep; i++) {
      int token = ~SortKey.order(ascending[i]);
      below += StrictMath.exp(scores.get(token) - logSum);
      if (below > 1 - p) {
        return;
      }
      scores.ban(token);
    }
  }
}
