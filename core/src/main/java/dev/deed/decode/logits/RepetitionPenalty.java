package dev.deed.decode.logits;

import java.util.List;

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
  private static void penalise(int[] tokens, float penalty, Scores scores) {
    for (int token : tokens) {
      float score = scores.get(token);
      scores.set(token, score < 0 ? score * penalty : score / penalty);
    }
  }

  /**
   * Makes tokens of the encoder's input more likely: the inverse.
   *
   * @param penalty above 0; above 1 encourages, below 1 discourages
   * @param source tokens of the encoder's input, each once, within the decoder's vocabulary
   */
  public record OfSource(double penalty, List<Integer> source) implements LogitsProcessor {
    public OfSource {
      source = source.stream().distinct().toList();
    }

    @Override
    public void process(TokenSequence tokens, Scores scores) {
      int[] distinct = source.stream().mapToInt(Integer::intValue).toArray();
      penalise(distinct, (float) (1 / penalty), scores);
    }
  }
}
