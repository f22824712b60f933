package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/** Picks what may follow a sequence, at the exit where its step ends. */
@FunctionalInterface
interface TokenChooser {
  /**
   * @param tokens the sequence so far
   * @param scores as processors left them; this chooser may change them further
   * @return best first; empty when no token is possible
   */
  List<Candidate> choose(TokenSequence tokens, Scores scores);
}
