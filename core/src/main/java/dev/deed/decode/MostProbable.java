package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/** Takes the token of the largest score, the lowest on ties. */
record MostProbable() implements TokenChooser {
  @Override
  public List<Candidate> choose(TokenSequence tokens, Scores scores) {
    if (scores.statistics().max() == Float.NEGATIVE_INFINITY) {
      return List.of();
    }
    int token = scores.statistics().argmax();
    float score = scores.statistics().max();
    return List.of(new Candidate(token, score, score, scores.logProbability(token)));
  }

  @Override
  public boolean takesLargest() {
    return true;
  }
}
