package dev.deed.watch;

import java.util.Arrays;

/**
 * Bets against "the mean loss is at most m", one loss x within 0…1 after the other. Where that is
 * true, no bet gains on average, so that the capital, 1 at first, reaches c with a probability of
 * at most 1 / c, whenever one looks (Ville's inequality). A large capital speaks against it, and
 * {@link #pValue} may be read after each loss.
 *
 * <p>The capital is K = Π (1 + λ (x − m)), with λ within 0…1 / m that depends on earlier losses
 * alone (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting",
 * arXiv 2010.09686, section 4). Here λ is the mean of {@value #STAKES} fixed stakes, weighted by
 * what each of them has gained: the capital is the mean of theirs (a universal portfolio: Cover
 * 1991; for means of losses Orabona & Jun 2021, arXiv 2110.14099). The stakes lie as the quantiles
 * of the arc-sine distribution do, close together at both ends of the range, which costs least
 * against the best stake in hindsight (Cover & Ordentlich 1996). So nothing has to be known of how
 * many losses come, or how much too large they are.
 *
 * <p>It holds for losses of which each has, given those before it, a mean of at most m: independent
 * draws, in an order that knows nothing of the losses. Belongs to one thread.
 */
final class CapitalProcess {
  private static final int STAKES = 32;

  private final double bound;

  /** Shares of the largest stake. */
  private final double[] stakes = new double[STAKES];

  /** What each stake holds of the capital; they sum up to 1. */
  private final double[] weights = new double[STAKES];

  private double logCapital;
  private double mostLogCapital;

  /** Of a bound within 0…1, both excluded. */
  CapitalProcess(double bound) {
    if (!(bound > 0 && bound < 1)) {
      throw new IllegalArgumentException("bound " + bound);
    }
    this.bound = bound;
    for (int i = 0; i < STAKES; i++) {
      double sine = Math.sin(Math.PI * (i + 0.5) / (2 * STAKES));
      stakes[i] = sine * sine;
    }
    Arrays.fill(weights, 1.0 / STAKES);
  }

  /** Takes the next loss, within 0…1. */
  void add(double loss) {
    if (!(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("loss " + loss);
    }
    double gain = (loss - bound) / bound;
    double sum = 0;
    for (int i = 0; i < STAKES; i++) {
      // Shares are below 1 and gains are -1 or more: no stake loses everything.
      weights[i] *= 1 + stakes[i] * gain;
      sum += weights[i];
    }
    for (int i = 0; i < STAKES; i++) {
      weights[i] /= sum;
    }
    logCapital += Math.log(sum);
    mostLogCapital = Math.max(mostLogCapital, logCapital);
  }

  /**
   * The p-value of "the mean loss is at most the bound", within 0…1: 1 / the largest capital so
   * far. That it is at most δ at any time has, where this is true, a probability of at most δ.
   */
  double pValue() {
    return Math.exp(-mostLogCapital);
  }
}
