package dev.deed.evaluation.cost;

/**
 * Normal equations of weighted least squares with a few unknowns. Not safe for use from several
 * threads while something is added.
 */
final class Equations {
  private static final int UNKNOWNS = DecodeCost.PRICES;

  private final double[][] products = new double[UNKNOWNS][UNKNOWNS];
  private final double[] targets = new double[UNKNOWNS];

  /** Adds {@code row · unknowns = target}. */
  void add(double[] row, double target, double weight) {
    for (int a = 0; a < UNKNOWNS; a++) {
      targets[a] += weight * row[a] * target;
      for (int b = 0; b < UNKNOWNS; b++) {
        products[a][b] += weight * row[a] * row[b];
      }
    }
  }

  void add(Equations others, double times) {
    if (times == 0) {
      return;
    }
    for (int a = 0; a < UNKNOWNS; a++) {
      targets[a] += times * others.targets[a];
      for (int b = 0; b < UNKNOWNS; b++) {
        products[a][b] += times * others.products[a][b];
      }
    }
  }

  /**
   * Minimises the weighted squares plus those of {@code (x − prior) / prior}, with no unknown below
   * a bound. At the minimum some unknowns are at the bound and the others have no slope: it is the
   * best of all such choices, and they are few. Where no bound is in the way, the first is the
   * best.
   *
   * @param prior what each unknown would be without equations, at least {@code least}
   */
  double[] solve(double[] prior, double least) {
    double[] best = prior;
    double smallest = Double.POSITIVE_INFINITY;
    for (int bound = 0; bound < 1 << UNKNOWNS; bound++) {
      double[] found = free(bound, prior, least);
      boolean allowed = true;
      double value = 0;
      for (int a = 0; a < UNKNOWNS; a++) {
        allowed &= found[a] >= least;
        value -= 2 * target(a, prior) * found[a];
        for (int b = 0; b < UNKNOWNS; b++) {
          value += found[a] * product(a, b, prior) * found[b];
        }
      }
      if (allowed && value < smallest) {
        smallest = value;
        best = found;
      }
      if (bound == 0 && allowed) {
        break;
      }
    }
    return best;
  }

  private double product(int a, int b, double[] prior) {
    return products[a][b] + (a == b ? 1 / (prior[a] * prior[a]) : 0);
  }

  private double target(int a, double[] prior) {
    return targets[a] + 1 / prior[a];
  }

  /**
   * The minimum with some unknowns at the bound, by Gaussian elimination: the matrix is positive
   * definite, so no pivot is small.
   *
   * @param bound bit a: unknown a is at the bound
   */
  private double[] free(int bound, double[] prior, double least) {
    double[][] left = new double[UNKNOWNS][UNKNOWNS];
    double[] right = new double[UNKNOWNS];
    for (int a = 0; a < UNKNOWNS; a++) {
      boolean fixed = (bound >> a & 1) == 1;
      right[a] = fixed ? least : target(a, prior);
      for (int b = 0; b < UNKNOWNS; b++) {
        if ((bound >> b & 1) == 1) {
          right[a] -= fixed ? 0 : product(a, b, prior) * least;
        } else {
          left[a][b] = fixed ? 0 : product(a, b, prior);
        }
      }
      left[a][a] = fixed ? 1 : left[a][a];
    }
    for (int k = 0; k < UNKNOWNS; k++) {
      for (int a = k + 1; a < UNKNOWNS; a++) {
        double factor = left[a][k] / left[k][k];
        right[a] -= factor * right[k];
        for (int b = k; b < UNKNOWNS; b++) {
          left[a][b] -= factor * left[k][b];
        }
      }
    }
    double[] found = new double[UNKNOWNS];
    for (int a = UNKNOWNS - 1; a >= 0; a--) {
      double rest = right[a];
      for (int b = a + 1; b < UNKNOWNS; b++) {
        rest -= left[a][b] * found[b];
      }
      found[a] = rest / left[a][a];
    }
    return found;
  }
}
