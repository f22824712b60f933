package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.value.Exit;
import java.util.List;

/**
 * A token that waits for its verification.
 *
 * @param exit where it left the model's layers; layer 0 where these did not say it
 * @param forced whether no other token is allowed
 */
record Draft(int token, Exit exit, DraftCost cost, boolean forced) {
  /** One that some step gave. */
  Draft(int token, Exit exit, DraftCost cost) {
    this(token, exit, cost, false);
  }

  /** One that alone is allowed, and so is right. */
  static Draft forced(int token) {
    return new Draft(token, new Exit(0, 1, List.of()), new DraftCost(0, 0), true);
  }

  /** One that no step was taken for. */
  static Draft copied(int token) {
    return new Draft(token, new Exit(0, 0, List.of()), new DraftCost(0, 0));
  }
}
