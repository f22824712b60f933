package dev.deed.decode.exit;

import dev.deed.model.Decoder;
import dev.deed.model.HeadScreen;
import dev.deed.model.LowRankHead;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A look-up of the generation head for steps at one exit. It gives a step the scores of its next
 * token, or leaves it without them where it is not sure enough to emit. Cheap look-ups answer the
 * steps that they can, and leave the others to the look-up behind them. Holds buffers; belongs to
 * one thread.
 */
interface HeadLookup {
  /**
   * @param hidden what the head reads of each, [steps, width]; changed
   */
  void answer(List<StepExits> steps, float[] hidden);

  /** The look-ups of a decoder, the cheapest in front. */
  static HeadLookup of(Decoder decoder, Workspace workspace, WorkerTeam team) {
    WholeHead whole = new WholeHead(decoder, workspace, team);
    HeadScreen screen = decoder.head().screen();
    HeadLookup exact = screen == null ? whole : new ScreenedHead(screen, whole);
    LowRankHead ofDrafts = decoder.head().ofDrafts();
    return ofDrafts == null ? exact : new DraftHead(ofDrafts, whole, exact);
  }

  /**
   * The steps that a look-up leaves to the one behind it.
   *
   * @param hidden [steps, width]; changed: the rows of those that stay move up
   * @param stays whether a row's step stays open
   */
  static List<StepExits> open(
      List<StepExits> steps, float[] hidden, int width, IntPredicate stays) {
    List<StepExits> open = new ArrayList<>();
    for (int row = 0; row < steps.size(); row++) {
      if (stays.test(row)) {
        System.arraycopy(hidden, row * width, hidden, open.size() * width, width);
        open.add(steps.get(row));
      }
    }
    return open;
  }
}
