package dev.deed.decode;

import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;

/**
 * Drafts of one sequence between two verifications, by another decoder than the one that verifies.
 * It reads keys and values that the verifying one made of earlier positions and of the encoder
 * output, and appends its own for the positions of drafts, behind them. These are dropped before
 * the verifying decoder goes on, so no answer depends on them.
 */
final class Drafter {
  private final DecoderState lent;
  private final int verified;

  /**
   * @param decoder that drafts
   * @param state of the verifying one, whose layers have all run the same positions
   * @throws IllegalStateException when they have not
   */
  Drafter(Decoder decoder, DecoderState state) {
    this.lent = state.lend(decoder);
    this.verified = lent.positions();
    for (int layer = 1; layer <= state.layers(); layer++) {
      if (state.selfCache(layer).length() != verified) {
        throw new IllegalStateException("a layer has yet to run positions that another has run");
      }
    }
  }

  /**
   * Begins the step that drafts what follows a sequence.
   *
   * @param tokens the verified ones, one that follows them, and its drafts so far
   */
  DraftStep step(TokenSequence tokens, ExitQuestion question, TokenChooser chooser) {
    while (lent.positions() < tokens.length()) {
      lent.append(tokens.get(lent.positions()));
    }
    return new DraftStep(new PlainStep(lent, question, chooser));
  }

  /** Drops all that it made; the verifying decoder may go on. */
  void drop() {
    lent.truncate(verified);
  }
}
