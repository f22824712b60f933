package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.value.Exit;
import java.util.List;

/**
 * A token that waits for its verification.
 *
 * @param exit where it left the model's layers; layer 0 where these did not say it
 * @param predicted whether it is of a prediction
 */
record Draft(int token, Exit exit, DraftCost cost, boolean predicted) {
  /** One that a step was taken for. */
  Draft(int token, Exit exit, DraftCost cost) {
    this(token, exit, cost, false);
  }

  /** One that no step was taken for. */
  static Draft copied(int token, boolean predicted) {
    return new Draft(token, new Exit(0, 0, List.of()), DraftCost.COPY, predicted);
  }
}
