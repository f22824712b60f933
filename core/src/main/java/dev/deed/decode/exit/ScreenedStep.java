package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.GenerationHead;
import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.ScreeningMatrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step that asks a screening copy of the head, and what the copy answers: scores near the true
 * ones, of which the largest is exact, and bounds of its probability. It asks whether its
 * confidence suffices.
 */
final class ScreenedStep implements ScreeningMatrix.Question {
  private final StepExits step;
  private final int row;

  /** Of the scores that it was settled with. */
  private @Nullable LogitStatistics settled;

  /**
   * @param row of what the copy was multiplied with
   */
  ScreenedStep(StepExits step, int row) {
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
              scores.alternatives(step.question().alternatives(), Objects.requireNonNull(settled)));
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
