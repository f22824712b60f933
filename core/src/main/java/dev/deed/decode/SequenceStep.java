package dev.deed.decode;

import dev.deed.decode.exit.StepExits;
import dev.deed.value.Effort;
import dev.deed.value.ExitHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step. */
sealed interface SequenceStep permits PlainStep, VerifyingStep {
  /** The sequence, with one position appended and not yet decoded. */
  DecoderState state();

  /** What it sees of positions that stopped early. */
  ExitHistory history();

  /** How many of the newest positions it reads a layer's outputs of. */
  int outputRows(int layer);

  /**
   * What it asks there: a question for each of those positions, or none.
   *
   * @param layer that has run
   */
  List<StepExits> questions(int layer);

  /** Counts a layer that ran this many positions of it. */
  void countLayer(int positions);

  boolean running();

  /** Why it failed; null where it did not. */
  @Nullable Throwable error();

  /** Whether it may wait until those beside it have drafted what they can. */
  default boolean mayWait() {
    return false;
  }

  /** What it took, of this sequence alone. */
  Effort effort();
}
