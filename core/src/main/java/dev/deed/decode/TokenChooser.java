package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/** Picks what may follow a sequence, at the exit where its step ends. */
@FunctionalInterface
interface TokenChooser {
  /**
   * A token that may follow a sequence.
   *
   * @param score what processors made of its logit, or, in beam search, of its log-probability
   * @param rank by which a search prefers one candidate to another: the score, or the score with
   *     the noise of a draw
   * @param logProbability natural logarithm of its probability at the exit, before logits
   *     processors
   */
  record Candidate(int token, float score, double rank, double logProbability) {}

  /**
   * @param tokens the sequence so far
   * @param scores as processors left them; this chooser may change them further
   * @return best first; empty when no token is possible
   */
  List<Candidate> choose(TokenSequence tokens, Scores scores);

  /** Whether it takes the largest score and looks at no other. */
  default boolean takesLargest() {
    return false;
  }
}
