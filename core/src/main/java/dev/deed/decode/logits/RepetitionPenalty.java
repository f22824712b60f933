package dev.deed.decode.logits;

/**
 * Makes tokens of the sequence so far, prefix included, less likely (Keskar et al. 2019, arXiv
 * 1909.05858): a positive score is divided by the penalty, a negative one multiplied.
 *
 * @param penalty above 0; above 1 discourages, below 1 encourages
 */
public record RepetitionPenalty(double penalty) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    penalise(tokens.distinct(), (float) penalty, scores);
  }

  /**
   * @param tokens each once
   */
  static void penalise(int[] tokens, float penalty, Scores scores) {
    for (int token : tokens) {
      float score = scores.get(token);
      scores.set(token, score < 0 ? score * penalty : score / penalty);
    }
  }
}
