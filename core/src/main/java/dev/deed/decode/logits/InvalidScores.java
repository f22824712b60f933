package dev.deed.decode.logits;

/** Replaces NaN by 0 and infinities by the largest and smallest finite numbers. */
public record InvalidScores() implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    for (int token = 0; token < scores.size(); token++) {
      float score = scores.get(token);
      if (Float.isNaN(score)) {
        scores.set(token, 0);
      } else if (Float.isInfinite(score)) {
        scores.set(token, score > 0 ? Float.MAX_VALUE : -Float.MAX_VALUE);
      }
    }
  }
}
