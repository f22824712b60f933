package dev.deed.decode.logits;

import java.util.List;

/**
 * Makes end tokens more likely the longer the sequence grows: |score| · (factor^n − 1) is added to
 * their scores, n being how far the sequence is beyond the start. Sums beyond what 32 bits hold
 * become the largest number, as which Transformers' infinity, and NaN, chooses the token.
 *
 * @param start length of the sequence, prefix included, up to which nothing happens
 * @param factor above 1 ends sooner
 * @param ends the end tokens
 */
public record ExponentialDecay(int start, double factor, List<Integer> ends)
    implements LogitsProcessor {
  public ExponentialDecay {
    ends = List.copyOf(ends);
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    int beyond = tokens.length() - start;
    if (beyond <= 0) {
      return;
    }
    float growth = (float) (StrictMath.pow(factor, beyond) - 1);
    for (int end : ends) {
      float score = scores.get(end);
      if (Float.isFinite(score)) {
        float raised = score + Math.abs(score) * growth;
        scores.set(
            end,
            Float.isNaN(raised)
                ? Float.MAX_VALUE
                : Math.clamp(raised, -Float.MAX_VALUE, Float.MAX_VALUE));
      }
    }
  }
}
