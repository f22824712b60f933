package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.GenerationHead;
import dev.deed.model.TwoStageHead;
import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.ScreeningMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks a screening copy of the head first, and the whole head only for steps that the copy cannot
 * settle: tokens and exits stay the same. Here is which steps ask; {@link TwoStageStep} is what one
 * of them is answered.
 *
 * @param whole lends its buffers too
 */
record TwoStageEvaluation(TwoStageHead screen, WholeHead whole) implements HeadEvaluation {
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
    copy.multiply(x, asking.length, head.bias(), near, whole.pool);
    head.cap(near, asking.length, vocabulary, whole.pool);
    boolean[] settled = new boolean[steps.size()];
    List<TwoStageStep> unranked = new ArrayList<>();
    for (int row = 0; row < asking.length; row++) {
      TwoStageStep step = new TwoStageStep(steps.get(asking[row]), row);
      whole.scores().beginScreened(near, row * vocabulary);
      settled[asking[row]] = step.settle(copy, x, head, whole.scores());
      if (step.wantsAlternatives()) {
        unranked.add(step);
      }
    }
    whole.answer(
        HeadEvaluation.open(steps, hidden, whole.decoder.width(), row -> !settled[row]), hidden);
    int[] rows = unranked.stream().mapToInt(TwoStageStep::row).toArray();
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

  /**
   * A step that asks a screening copy of the head, and what the copy answers: scores near the true
   * ones, of which the largest is exact, and bounds of its probability. It asks whether its
   * confidence suffices.
   */
  private static final class TwoStageStep implements ScreeningMatrix.Question {
    private final StepExits step;
    private final int row;

    /** Of the scores that it was settled with. */
    private @Nullable LogitStatistics settled;

    /**
     * @param row of what the copy was multiplied with
     */
    TwoStageStep(StepExits step, int row) {
      this.step = step;
      this.row = row;
    }

    int row() {
      return row;
    }

    /**
     * Lets the copy answer the step, where it can.
     *
     * @param x what the copy was multiplied with, [rows, width]
     * @param head that the copy is of
     * @param scores that have turned to the copy's outputs of this row
     * @return false where the head itself is to be asked; a step that fails is settled
     */
    boolean settle(ScreeningMatrix copy, float[] x, GenerationHead head, Scores scores) {
      step.countLookup();
      step.guarded(() -> step.question().scoring().process(scores));
      if (!step.running()) {
        return true;
      }
      ScreeningMatrix.Settled known =
          copy.settle(x, row, head.bias(), head.cap(), scores.array(), this);
      step.countScreened(known != null);
      if (known == null) {
        return false;
      }
      settled = known.statistics();
      scores.settle(settled);
      double confidence = confidence().of(settled);
      step.conclude(scores, Math.clamp(confidence, lowest(known), highest(known)));
      return true;
    }

    /** Whether it has emitted without the logits that its alternatives take. */
    boolean wantsAlternatives() {
      return step.wantsAlternatives();
    }

    /**
     * Sets its alternatives.
     *
     * @param logits [vocabulary] from {@code offset} on; processors ban what they banned before
     * @param scores to work with
     */
    void rank(float[] logits, int offset, Scores scores) {
      step.guarded(
          () -> {
            scores.begin(logits, offset, false);
            step.question().scoring().process(scores);
            step.setAlternatives(
                scores.alternatives(
                    step.question().alternatives(), Objects.requireNonNull(settled)));
          });
    }

    private Confidence confidence() {
      return step.question().rule().confidence();
    }

    @Override
    public boolean asksTwo() {
      return confidence() == Confidence.MARGIN;
    }

    @Override
    public boolean isAnswered(ScreeningMatrix.Settled known) {
      return !step.isOpen() || step.suffices(lowest(known)) == step.suffices(highest(known));
    }

    private double lowest(ScreeningMatrix.Settled known) {
      return share(known.statistics()) * known.lowest();
    }

    private double highest(ScreeningMatrix.Settled known) {
      return share(known.statistics()) * known.highest();
    }

    /** What the confidence is of the largest probability. */
    private double share(LogitStatistics known) {
      return asksTwo() ? 1 - Math.exp((double) known.secondMax() - known.max()) : 1;
    }
  }
}
