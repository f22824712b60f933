package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.Decoder;
import dev.deed.model.HeadScreen;
import dev.deed.tensor.ScreeningMatrix;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks a screening copy of the head first, and the whole head only for steps that it cannot settle:
 * tokens and exits stay the same. The copy gives scores near the true ones, of which the largest is
 * exact, and bounds of its probability.
 */
final class ScreenedHead implements HeadLookup {
  private final HeadScreen screen;
  private final Decoder decoder;
  private final WholeHead whole;
  private final WorkerTeam team;

  /**
   * @param whole lends its buffers too
   */
  ScreenedHead(HeadScreen screen, Decoder decoder, WholeHead whole, WorkerTeam team) {
    this.screen = screen;
    this.decoder = decoder;
    this.whole = whole;
    this.team = team;
  }

  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    List<StepExits> open = steps;
    Unranked unranked = new Unranked();
    ScreeningMatrix copy = steps.stream().anyMatch(this::suits) ? screen.copy() : null;
    if (copy != null) {
      float[] near = whole.logits(steps.size());
      copy.multiply(hidden, steps.size(), decoder.headBias(), near, team);
      open =
          HeadLookup.open(
              steps,
              hidden,
              decoder.width(),
              (step, row) -> !suits(step) || !settles(step, copy, hidden, row, near, unranked));
    }
    whole.answer(open, hidden);
    whole.rank(unranked.steps, unranked.hidden);
  }

  /** Steps that emitted without the logits that their alternatives take. */
  private final class Unranked {
    private final List<StepExits> steps = new ArrayList<>();
    private float[] hidden = {};

    void add(StepExits step, float[] from, int row) {
      int width = decoder.width();
      hidden = Arrays.copyOf(hidden, hidden.length + width);
      System.arraycopy(from, row * width, hidden, steps.size() * width, width);
      steps.add(step);
    }
  }

  /**
   * Whether the largest score is all that is wanted, of logits in which nothing but bans changes.
   */
  private boolean suits(StepExits step) {
    return (screen.isForAll() || step.isDraft())
        && step.greedy
        && step.rule.confidence() != Confidence.MARGIN
        && step.rule.confidence() != Confidence.ENTROPY
        && !step.scoring.normalised()
        && step.scoring.onlyBans();
  }

  private boolean settles(
      StepExits step,
      ScreeningMatrix copy,
      float[] hidden,
      int row,
      float[] near,
      Unranked unranked) {
    Scores scores = whole.scores();
    float[] own = scores.beginScreened(near, row * decoder.vocabulary());
    step.countLookup();
    step.scoring.process(scores);
    ScreeningMatrix.Settled settled =
        copy.settle(
            hidden,
            row,
            decoder.headBias(),
            own,
            (lowest, highest) -> !step.isOpen() || step.suffices(lowest) == step.suffices(highest));
    if (settled == null) {
      return false;
    }
    scores.settle(settled.statistics());
    double confidence = step.rule.confidence().of(settled.statistics());
    step.conclude(scores, Math.clamp(confidence, settled.lowest(), settled.highest()));
    if (step.wantsAlternatives()) {
      unranked.add(step, hidden, row);
    }
    return true;
  }
}
