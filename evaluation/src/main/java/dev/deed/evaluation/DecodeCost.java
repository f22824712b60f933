package dev.deed.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * What the parts of decoding cost on this machine, found from what was run: each answer's decode
 * time is taken as a sum of its counts, each times a price of at least 0. Prices of thousands of
 * answers are steadier than the times of a few, and they say why a policy is slow. Immutable.
 *
 * @param token milliseconds for each token, whatever its depth
 * @param pass for each walk through a layer's weights, its first row included
 * @param filledRow for each further row of such a walk: a position filled just in time
 * @param head for each look-up of the head
 * @param firstReach for each layer that an answer reaches at all: keys and values of the encoder's
 *     output
 */
public record DecodeCost(
    double token, double pass, double filledRow, double head, double firstReach) {
  private static final int PRICES = 5;
  private static final int REWEIGHTINGS = 12;
  private static final int SWEEPS = 200;

  /**
   * Beyond so many times the median deviation an answer counts less: the machine did other work.
   */
  private static final double HUBER = 1.5;

  /**
   * Finds the prices by Huber-weighted least squares with prices of at least 0 (coordinate
   * descent).
   *
   * @param observations of policies of different depths, at least one
   */
  public static DecodeCost of(List<Observation> observations) {
    double[][] counts = observations.stream().map(DecodeCost::counts).toArray(double[][]::new);
    double[] times = observations.stream().mapToDouble(Observation::decodeMillis).toArray();
    double[] prices = new double[PRICES];
    double[] weights = new double[times.length];
    Arrays.fill(weights, 1);
    for (int round = 0; round < REWEIGHTINGS; round++) {
      descend(counts, times, weights, prices);
      reweigh(counts, times, prices, weights);
    }
    return new DecodeCost(prices[0], prices[1], prices[2], prices[3], prices[4]);
  }

  /** Milliseconds that an answer's counts come to. */
  public double millis(Observation observation) {
    return dot(counts(observation), new double[] {token, pass, filledRow, head, firstReach});
  }

  private static double[] counts(Observation observation) {
    return new double[] {
      observation.tokenIds().size(),
      observation.layerPasses(),
      observation.layersRun() - observation.layerPasses(),
      observation.headLookups(),
      observation.deepestExit()
    };
  }

  /** Minimises the weighted squares over prices of at least 0, from the prices before. */
  private static void descend(
      double[][] counts, double[] times, double[] weights, double[] prices) {
    double[][] products = new double[PRICES][PRICES];
    double[] targets = new double[PRICES];
    for (int i = 0; i < times.length; i++) {
      for (int a = 0; a < PRICES; a++) {
        targets[a] += weights[i] * counts[i][a] * times[i];
        for (int b = 0; b < PRICES; b++) {
          products[a][b] += weights[i] * counts[i][a] * counts[i][b];
        }
      }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int a = 0; a < PRICES; a++) {
        if (products[a][a] > 0) {
          double others = dot(products[a], prices) - products[a][a] * prices[a];
          prices[a] = Math.max(0, (targets[a] - others) / products[a][a]);
        }
      }
    }
  }

  private static void reweigh(
      double[][] counts, double[] times, double[] prices, double[] weights) {
    double[] shares = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      double expected = dot(counts[i], prices);
      shares[i] = Math.abs(times[i] - expected) / Math.max(expected, 1e-6);
    }
    double[] sorted = shares.clone();
    Arrays.sort(sorted);
    double bound = Math.max(HUBER * sorted[sorted.length / 2], 1e-6);
    for (int i = 0; i < times.length; i++) {
      // Deviations are in shares of what was expected: long answers vary more.
      double expected = Math.max(dot(counts[i], prices), 1e-6);
      weights[i] = Math.min(1, bound / Math.max(shares[i], 1e-12)) / (expected * expected);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
