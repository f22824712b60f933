package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.Decoder;
import dev.deed.model.HeadScreen;
import dev.deed.tensor.LogitStatistics;
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
    int[] places = places(steps);
    List<StepExits> open = steps;
    Unranked unranked = new Unranked();
    int count = Arrays.stream(places).max().orElse(0);
    ScreeningMatrix copy = count == 0 ? null : screen.copy();
    if (copy != null) {
      float[] x = gather(hidden, places, count);
      float[] near = whole.logits(count);
      copy.multiply(x, count, decoder.headBias(), near, team);
      open =
          HeadLookup.open(
              steps,
              hidden,
              decoder.width(),
              (step, row) ->
                  places[row] == 0
                      || !settles(step, new Near(copy, x, places[row] - 1, near), unranked));
    }
    whole.answer(open, hidden);
    whole.rank(unranked.steps, unranked.hidden);
  }

  /** The places of those that ask the copy, from 1 on; 0 for the others. */
  private int[] places(List<StepExits> steps) {
    int[] places = new int[steps.size()];
    int count = 0;
    for (int row = 0; row < places.length; row++) {
      places[row] = suits(steps.get(row)) ? ++count : 0;
    }
    return places;
  }

  private float[] gather(float[] hidden, int[] places, int count) {
    int width = decoder.width();
    float[] rows = new float[Math.multiplyExact(count, width)];
    for (int row = 0; row < places.length; row++) {
      if (places[row] > 0) {
        System.arraycopy(hidden, row * width, rows, (places[row] - 1) * width, width);
      }
    }
    return rows;
  }

  /**
   * What the copy says of a row.
   *
   * @param x rows of inputs
   * @param y rows of the copy's outputs
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Near(ScreeningMatrix copy, float[] x, int row, float[] y) {}

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
   * Whether the largest scores are all that is wanted, of logits in which nothing but bans changes.
   * A shortlist is made of all of them.
   */
  private boolean suits(StepExits step) {
    return (screen.isForAll() || step.isDraft())
        && step.greedy
        && (step.rule.shortlist() == 0 || step.isLast())
        && step.rule.confidence() != Confidence.ENTROPY
        && !step.scoring.normalised()
        && step.scoring.onlyBans();
  }

  private boolean settles(StepExits step, Near near, Unranked unranked) {
    Scores scores = whole.scores();
    float[] own = scores.beginScreened(near.y(), near.row() * decoder.vocabulary());
    step.countLookup();
    step.scoring.process(scores);
    Asked asked = new Asked(step);
    ScreeningMatrix.Settled settled =
        near.copy().settle(near.x(), near.row(), decoder.headBias(), own, asked);
    if (settled == null) {
      return false;
    }
    scores.settle(settled.statistics());
    double confidence = step.rule.confidence().of(settled.statistics());
    step.conclude(scores, Math.clamp(confidence, asked.lowest(settled), asked.highest(settled)));
    if (step.wantsAlternatives()) {
      unranked.add(step, near.x(), near.row());
    }
    return true;
  }

  /** What a step asks: whether its confidence suffices. */
  private record Asked(StepExits step) implements ScreeningMatrix.Question {
    @Override
    public boolean asksTwo() {
      return step.rule.confidence() == Confidence.MARGIN;
    }

    @Override
    public boolean isAnswered(ScreeningMatrix.Settled known) {
      return !step.isOpen() || step.suffices(lowest(known)) == step.suffices(highest(known));
    }

    double lowest(ScreeningMatrix.Settled known) {
      return share(known.statistics()) * known.lowest();
    }

    double highest(ScreeningMatrix.Settled known) {
      return share(known.statistics()) * known.highest();
    }

    /** What the confidence is of the largest probability. */
    private double share(LogitStatistics known) {
      return asksTwo() ? 1 - Math.exp((double) known.secondMax() - known.max()) : 1;
    }
  }
}
