package dev.deed.decode.logits;

/**
 * Keeps the tokens of the largest scores (Fan et al. 2018, arXiv 1805.04833), and whatever equals
 * the last of them.
 *
 * @param count how many, at least 1
 */
public record TopK(int count) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    float least = scores.largest(count).smallestScore();
    for (int token = 0; token < scores.size(); token++) {
      if (scores.get(token) < least) {
        scores.ban(token);
      }
    }
  }
}
