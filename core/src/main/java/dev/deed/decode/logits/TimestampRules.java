package dev.deed.decode.logits;

import org.jspecify.annotations.Nullable;

/**
 * Lets Whisper's answers hold timestamps (Radford et al. 2022, arXiv 2212.04356, section 2.3). The
 * first token is one. Each piece of text stands between two, and what ends a piece is followed by
 * the beginning of the next or by the end. They never go back. Where all of them together are more
 * probable than any other token, the token is one.
 *
 * @param plain the token of answers without timestamps, which is banned; timestamps are all above
 * @param end the first of the special tokens, which ends an answer
 * @param mostInitial how many steps after the beginning the first timestamp may be; null: any
 */
public record TimestampRules(int plain, int end, @Nullable Integer mostInitial)
    implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    scores.ban(plain);
    int first = plain + 1;
    int size = scores.size();
    int length = tokens.length();
    int emitted = tokens.emitted();
    if (emitted == 0) {
      ban(scores, 0, first);
      if (mostInitial != null) {
        ban(scores, (int) Math.min(size, (long) first + mostInitial + 1), size);
      }
    } else {
      boolean isLast = tokens.get(length - 1) >= first;
      boolean isBefore = emitted < 2 || tokens.get(length - 2) >= first;
      if (isLast) {
        ban(scores, isBefore ? first : 0, isBefore ? size : end);
      }
      int newest = newest(tokens, first);
      if (newest >= 0) {
        // The end of a piece may be said again, as the beginning of the next.
        ban(scores, first, isLast && !isBefore ? newest : newest + 1);
      }
    }
    if (logSum(scores, first) > largest(scores, first)) {
      ban(scores, 0, first);
    }
  }

  /** The newest timestamp; −1: there is none. */
  private static int newest(TokenSequence tokens, int first) {
    for (int i = 1; i <= tokens.emitted(); i++) {
      int token = tokens.get(tokens.length() - i);
      if (token >= first) {
        return token;
      }
    }
    return -1;
  }

  private static void ban(Scores scores, int from, int to) {
    for (int token = from; token < to; token++) {
      scores.ban(token);
    }
  }

  private static double largest(Scores scores, int to) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int token = 0; token < to; token++) {
      largest = Math.max(largest, scores.get(token));
    }
    return largest;
  }

  /** ln Σ exp(score) of timestamps. */
  private static double logSum(Scores scores, int from) {
    double most = Double.NEGATIVE_INFINITY;
    for (int token = from; token < scores.size(); token++) {
      most = Math.max(most, scores.get(token));
    }
    if (most == Double.NEGATIVE_INFINITY) {
      return most;
    }
    double sum = 0;
    for (int token = from; token < scores.size(); token++) {
      sum += StrictMath.exp(scores.get(token) - most);
    }
    return most + StrictMath.log(sum);
  }
}
