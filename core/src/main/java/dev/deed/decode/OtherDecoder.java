package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import dev.deed.value.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Drafts by another decoder than the one that verifies. It reads keys and values that the verifying
 * one made of earlier positions and of the encoder output, and appends its own for the positions of
 * drafts, behind them. These are dropped before the verifying decoder goes on, so no answer depends
 * on them.
 */
final class OtherDecoder implements Drafter {
  private final Decoder decoder;
  private final DecoderState state;
  private final TokenChooser chooser;

  /** Of the drafting decoder, in the caches of {@link #state}; null while the latter verifies. */
  private @Nullable DecoderState lent;

  /** Positions that all layers of the verifying decoder have run. */
  private int verified;

  OtherDecoder(Decoder decoder, DecoderState state, TokenChooser chooser) {
    this.decoder = decoder;
    this.state = state;
    this.chooser = chooser;
  }

  /** Before the first verification the layers have run different positions, so none drafts. */
  @Override
  public @Nullable SequenceStep draft(ExitQuestion early, ExitQuestion last, int unverified) {
    if (lent == null) {
      verified = state.selfCache(state.layers()).length();
    }
    if (verified == 0) {
      return null;
    }
    DecoderState drafting = lent == null ? lend() : lent;
    TokenSequence tokens = early.scoring().tokens();
    while (drafting.positions() < tokens.length()) {
      drafting.append(tokens.get(drafting.positions()));
    }
    lent = drafting;
    return PlainStep.ofDraft(drafting, early, chooser);
  }

  private DecoderState lend() {
    for (int layer = 1; layer <= state.layers(); layer++) {
      if (state.selfCache(layer).length() != verified) {
        throw new IllegalStateException("a layer has yet to run positions that another has run");
      }
    }
    return state.lend(decoder);
  }

  /** Where drafts wait, the step may wait too, until those beside it have drafted what they can. */
  @Override
  public VerifyingStep verify(ExitQuestion last, int unverified, int drafts) {
    if (lent != null) {
      lent.truncate(verified);
      lent = null;
    }
    PlainStep newest = new PlainStep(state, last, chooser);
    return new VerifyingStep(newest, last, chooser, unverified).toTheEnd(drafts > 0);
  }

  /** What ran to its end has left no layer of the verifying decoder. */
  @Override
  public Draft drafted(int token, NextToken next) {
    Exit exit = next.exit();
    boolean whole = exit.layer() == state.layers();
    return new Draft(
        token,
        whole ? new Exit(0, exit.confidence(), exit.consulted()) : exit,
        new DraftCost(exit.layer(), next.exits().headLookups()));
  }
}
