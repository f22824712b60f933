package dev.deed.decode.exit;

import dev.deed.model.GenerationHead;
import dev.deed.model.HeadScreen;
import dev.deed.tensor.ScreeningMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks a screening copy of the head first, and the whole head only for steps that the copy cannot
 * settle: tokens and exits stay the same. Here is which steps ask; {@link ScreenedStep} is what one
 * of them is answered.
 *
 * @param whole lends its buffers too
 */
record ScreenedHead(HeadScreen screen, WholeHead whole) implements HeadLookup {
  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    int[] asking = IntStream.range(0, steps.size()).filter(i -> isScreened(steps.get(i))).toArray();
    ScreeningMatrix copy = asking.length == 0 ? null : screen.copy();
    if (copy == null) {
      whole.answer(steps, hidden);
      return;
    }
    float[] x = gather(hidden, asking);
    float[] near = whole.logits(asking.length);
    GenerationHead head = whole.decoder.head();
    int vocabulary = whole.decoder.vocabulary();
    copy.multiply(x, asking.length, head.bias(), near, whole.team);
    head.cap(near, asking.length, vocabulary, whole.team);
    boolean[] settled = new boolean[steps.size()];
    List<ScreenedStep> unranked = new ArrayList<>();
    for (int row = 0; row < asking.length; row++) {
      ScreenedStep step = new ScreenedStep(steps.get(asking[row]), row);
      whole.scores().beginScreened(near, row * vocabulary);
      settled[asking[row]] = step.settle(copy, x, head, whole.scores());
      if (step.wantsAlternatives()) {
        unranked.add(step);
      }
    }
    whole.answer(
        HeadLookup.open(steps, hidden, whole.decoder.width(), row -> !settled[row]), hidden);
    int[] rows = unranked.stream().mapToInt(ScreenedStep::row).toArray();
    whole.read(
        gather(x, rows),
        rows.length,
        (row, logits, offset, scores) -> unranked.get(row).rank(logits, offset, scores));
  }

  /** Whether only the largest scores are wanted, of logits in which nothing but bans changes. */
  private boolean isScreened(StepExits step) {
    ExitQuestion question = step.question();
    return (screen.isForAll() || mayEstimate(step))
        && question.greedy()
        && question.rule().confidence() != Confidence.ENTROPY
        && !question.scoring().normalised()
        && question.scoring().onlyBans();
  }

  private static boolean mayEstimate(StepExits step) {
    return switch (step.question().estimates()) {
      case NOWHERE -> false;
      case BELOW_LAST -> !step.isLast();
      case EVERYWHERE -> true;
    };
  }

  /** Some rows of a block, in their order. */
  private float[] gather(float[] block, int[] rows) {
    int width = whole.decoder.width();
    float[] gathered = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(block, rows[i] * width, gathered, i * width, width);
    }
    return gathered;
  }
}
