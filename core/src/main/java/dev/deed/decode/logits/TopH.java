package dev.deed.decode.logits;

/**
 * Keeps the most probable tokens as long as their terms of the entropy, −p ln p, come to at most a
 * share of it, and always the first (arXiv 2509.02510). As in Transformers, the hundred most
 * probable tokens are looked at, with probabilities among themselves.
 *
 * @param share above 0, at most 1
 */
public record TopH(double share) implements LogitsProcessor {
  private static final int MOST = 100;

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    TopTokens top = scores.largest(MOST);
    top.sort();
    double[] terms = terms(top);
    double left = 0;
    for (double term : terms) {
      left += term * share;
    }
    long[] kept = new long[(scores.size() + Long.SIZE - 1) / Long.SIZE];
    for (int i = 0; i < terms.length; i++) {
      left -= terms[i];
      if (i > 0 && left < 0) {
        break;
      }
      kept[top.token(i) / Long.SIZE] |= 1L << top.token(i);
    }
    scores.keepOnly(kept);
  }

  /** −p ln p of each, the most probable first. */
  private static double[] terms(TopTokens top) {
    double sum = 0;
    for (int i = 0; i < top.size(); i++) {
      sum += StrictMath.exp(top.score(i) - top.score(0));
    }
    double[] terms = new double[top.size()];
    for (int i = 0; i < terms.length; i++) {
      double logProbability = top.score(i) - top.score(0) - StrictMath.log(sum);
      terms[i] = -StrictMath.exp(logProbability) * logProbability;
    }
    return terms;
  }
}
