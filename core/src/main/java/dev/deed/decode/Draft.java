package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.value.Exit;
import java.util.List;

/**
 * A token that waits for its verification.
 *
 * @param exit where it left the model's layers; layer 0 where these did not say it
 */
record Draft(int token, Exit exit, DraftCost cost, Source source) {
  /** Who gave it: a step, a text, a prediction, or the language of the answer. */
  private enum Source {
    STEP,
    TEXT,
    PREDICTION,
    LANGUAGE
  }

  /** One that a step was taken for. */
  Draft(int token, Exit exit, DraftCost cost) {
    this(token, exit, cost, Source.STEP);
  }

  /** One that alone is allowed, and so is right. */
  static Draft forced(int token) {
    return new Draft(token, new Exit(0, 1, List.of()), DraftCost.COPY, Source.LANGUAGE);
  }

  /** One that no step was taken for. */
  static Draft copied(int token, boolean predicted) {
    Source source = predicted ? Source.PREDICTION : Source.TEXT;
    return new Draft(token, new Exit(0, 0, List.of()), DraftCost.COPY, source);
  }

  /** Whether it is of a prediction. */
  boolean predicted() {
    return source == Source.PREDICTION;
  }

  /** Whether no other token is allowed. */
  boolean forced() {
    return source == Source.LANGUAGE;
  }
}
