package dev.deed.watch;

import java.util.Arrays;

/**
 * Bets against a claim about the mean of losses within 0…1, one loss after the other. Where the
 * claim is true, no bet gains on average, so that the capital, 1 at first, reaches c with a
 * probability of at most 1 / c, whenever one looks (Ville's inequality). A large capital speaks
 * against the claim, and {@link #pValue} may be read after each loss.
 *
 * <p>The claim "the mean is at least m" is bet against by K = Π (1 + λ (m − x)), with λ within 0…1
 * / (1 − m); the claim "it is at most m" by K = Π (1 + λ (x − m)), with λ within 0…1 / m. Each λ
 * depends on earlier losses alone (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random
 * variables by betting", arXiv 2010.09686, section 4 and proposition 5). Here it is the mean of
 * {@value #STAKES} fixed stakes, weighted by what each of them has gained: the capital is the mean
 * of theirs (a universal portfolio: Cover 1991; for means of losses Orabona & Jun 2021, arXiv
 * 2110.14099). The stakes lie as the quantiles of the arc-sine distribution do, that is close
 * together at both ends of the range, which costs least against the best stake in hindsight (Cover
 * & Ordentlich 1996).
 *
 * <p>It holds for losses of which each has, given those before it, a mean as claimed: independent
 * draws, in an order that knows nothing of the losses. Belongs to one thread.
 */
public final class CapitalProcess {
  private static final int STAKES = 32;

  private final double bound;

  /** What a stake of 1 gains of a loss of 1 more: above 0 where large losses speak against it. */
  private final double slope;

  private final double[] stakes = new double[STAKES];

  /** What each stake holds of the capital; they sum up to 1. */
  private final double[] weights = new double[STAKES];

  private double logCapital;
  private double mostLogCapital;

  private CapitalProcess(double bound, double slope) {
    if (!(bound > 0 && bound < 1)) {
      throw new IllegalArgumentException("bound " + bound);
    }
    this.bound = bound;
    this.slope = slope;
    for (int i = 0; i < STAKES; i++) {
      double sine = Math.sin(Math.PI * (i + 0.5) / (2 * STAKES));
      stakes[i] = sine * sine;
    }
    Arrays.fill(weights, 1.0 / STAKES);
  }

  /**
   * {@return bets against "the mean loss is at least the bound", which small losses gain}
   *
   * @param bound within 0…1, both excluded
   */
  public static CapitalProcess againstAtLeast(double bound) {
    return new CapitalProcess(bound, -1 / (1 - bound));
  }

  /**
   * {@return bets against "the mean loss is at most the bound", which large losses gain}
   *
   * @param bound within 0…1, both excluded
   */
  public static CapitalProcess againstAtMost(double bound) {
    return new CapitalProcess(bound, 1 / bound);
  }

  /**
   * Takes the next loss.
   *
   * @param loss within 0…1
   */
  public void add(double loss) {
    if (!(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("loss " + loss);
    }
    double gain = slope * (loss - bound);
    double sum = 0;
    for (int i = 0; i < STAKES; i++) {
      // Stakes are below 1 and gains are -1 or more: nobody loses all.
      weights[i] *= 1 + stakes[i] * gain;
      sum += weights[i];
    }
    for (int i = 0; i < STAKES; i++) {
      weights[i] /= sum;
    }
    logCapital += Math.log(sum);
    mostLogCapital = Math.max(mostLogCapital, logCapital);
  }

  /** Begins anew with a capital of 1, and stakes in the proportions that losses so far gave. */
  public void restart() {
    logCapital = 0;
    mostLogCapital = 0;
  }

  /** {@return the capital after the last loss} */
  public double capital() {
    return Math.exp(logCapital);
  }

  /**
   * {@return the p-value of the claim, within 0…1} It is 1 / the largest capital so far; that it is
   * at most δ at any time has, where the claim is true, a probability of at most δ.
   */
  public double pValue() {
    return Math.exp(-mostLogCapital);
  }
}
