package dev.deed.tensor;

import dev.deed.tensor.ScreeningMatrix.Question;
import dev.deed.tensor.ScreeningMatrix.Settled;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of one row, first those of a copy, then more and more of them the matrix's own: those
 * that may be the largest, and of the others those that may count most in the softmax.
 */
final class ScreenedOutputs {
  /** One in so many is computed at most; beyond, the matrix itself takes less time. */
  private static final int MOST_SHARE = 100;

  private static final int FEWEST = 64;

  private static final double ROUNDING = 0x1p-23;

  /** Beyond it a sum of exponentials is lost in the rounding of its logarithm. */
  private static final float MOST_LOGIT = 1e6f;

  /** By how much less than the largest output those may be that are computed next, in nats. */
  private static final int STEP = 3;

  /** What is further below counts less than fp32 can tell. */
  private static final int DEEPEST = 24;

  /** Inputs from {@code from} on. Bias and cap are those of the outputs, null and 0 for none. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(float[] x, int from, float @Nullable [] bias, float cap) {}

  private final ScreeningMatrix screen;
  private final Row row;
  private final float[] y;

  /** [outputs] at least: what one can be at most; −∞ where it is the matrix's own, or banned. */
  private final float[] bounds;

  private final float widest;
  private final int most;
  private int computed;
  private float largest;
  private float second = Float.NEGATIVE_INFINITY;

  /** Σ exp(output − offset) of those that are the matrix's own, with the largest as offset. */
  private double known;

  /**
   * @param bounds [outputs] at least: by how much outputs may be off; changed
   */
  ScreenedOutputs(ScreeningMatrix screen, Row row, float[] y, float[] bounds) {
    this.screen = screen;
    this.row = row;
    this.y = y;
    this.bounds = bounds;
    this.most = Math.max(FEWEST, y.length / MOST_SHARE);
    this.largest = Float.NEGATIVE_INFINITY;
    float widest = 0;
    for (int i = 0; i < y.length; i++) {
      // What is banned stays banned, whatever it may be off.
      boolean banned = y[i] == Float.NEGATIVE_INFINITY;
      widest = banned ? widest : Math.max(widest, bounds[i]);
      bounds[i] = banned ? y[i] : y[i] + bounds[i];
    }
    this.widest = widest;
  }

  @Nullable Settled settle(Question question) {
    int first = screen.kernels().argmax(y, 0, y.length);
    if (y[first] == Float.NEGATIVE_INFINITY) {
      return null;
    }
    compute(first);
    if (!computeFrom(largest) || !(Math.abs(largest) <= MOST_LOGIT)) {
      return null;
    }
    if (question.asksTwo() && !computeSecond()) {
      return null;
    }
    for (int depth = 0; depth <= DEEPEST; depth += STEP) {
      if (!computeFrom(largest - depth)) {
        return null;
      }
      Settled settled = tell();
      if (settled == null || question.isAnswered(settled)) {
        return settled;
      }
    }
    return null;
  }

  /** Computes all outputs that may be the second largest. */
  private boolean computeSecond() {
    int next = screen.kernels().argmax(bounds, 0, y.length);
    if (bounds[next] == Float.NEGATIVE_INFINITY) {
      return true;
    }
    return computeFrom(Math.max(second, y[next] - (bounds[next] - y[next])));
  }

  /**
   * Computes all outputs that may be at least this.
   *
   * @return false, and none is computed, where they are too many
   */
  private boolean computeFrom(float least) {
    int count = 0;
    for (int i = 0; i < y.length; i++) {
      count += bounds[i] >= least ? 1 : 0;
    }
    if (count > most - computed) {
      return false;
    }
    for (int i = 0; i < y.length && count > 0; i++) {
      if (bounds[i] >= least) {
        compute(i);
        count--;
      }
    }
    return true;
  }

  private void compute(int output) {
    computed++;
    bounds[output] = Float.NEGATIVE_INFINITY;
    y[output] = screen.exact(row, output);
    float before = largest;
    second = Math.max(second, Math.min(largest, y[output]));
    largest = Math.max(largest, y[output]);
    known = known * Math.exp(before - largest) + Math.exp(y[output] - largest);
  }

  private @Nullable Settled tell() {
    LogitStatistics near = screen.kernels().statistics(y, 0, y.length);
    LogitStatistics above = screen.kernels().statistics(bounds, 0, y.length);
    if (!near.isSound() || !above.isSound()) {
      return null;
    }
    // Statistics add up exponentials in 16 fp32 sums.
    double slack = (y.length / 16.0 + 32) * ROUNDING;
    double rest =
        above.max() == Float.NEGATIVE_INFINITY
            ? 0
            : Math.exp(above.logSumExp() - largest) * (1 + slack);
    double fewest = rest * Math.exp(-2.0 * widest) * (1 - 2 * slack);
    return new Settled(
        near,
        (1 - slack) / (known * (1 + slack) + rest),
        Math.min(1, (1 + slack) / (known * (1 - slack) + fewest)),
        computed);
  }
}
