package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.value.Exit;

/**
 * Drafts by the layers that verify them: a token that leaves early. A step that reaches the last
 * layer verifies what waits.
 */
record OwnLayers(DecoderState state, TokenChooser chooser) implements Drafter {
  @Override
  public VerifyingStep draft(ExitQuestion early, ExitQuestion last, int unverified) {
    PlainStep newest = new PlainStep(state, early, chooser);
    return new VerifyingStep(newest, last, chooser, unverified);
  }

  @Override
  public VerifyingStep verify(ExitQuestion last, int unverified, int drafts) {
    return draft(last, last, unverified).toTheEnd(false);
  }

  @Override
  public Draft drafted(int token, NextToken next) {
    Exit exit = next.exit();
    int lookups = Math.max(1, exit.consulted().size());
    return new Draft(token, exit, new DraftCost(exit.layer(), lookups));
  }
}
