package dev.deed.evaluation.cost;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The prices at which the counts of answers explain their decode times best: least squares of
 * relative deviations, Huber-weighted, so that a disturbed answer counts little. Where times do not
 * tell prices apart (all policies of one depth, too much noise), what the model's shapes let expect
 * decides: it is a prior whose standard deviation is its own size, against the noise of the
 * answers. No price falls below a tenth of it. Immutable; safe for use from several threads.
 */
public final class PriceFit {
  private static final int PRICES = DecodeCost.PRICES;
  private static final int REWEIGHTINGS = 12;

  /** From so many times the median deviation on, an answer counts less: there was other work. */
  private static final double HUBER = 1.5;

  /** Median to standard deviation of a normal distribution. */
  private static final double NORMAL = 1.4826;

  /** The sum of counts times prices is no better than that, however steady the clock. */
  private static final double LEAST_NOISE = 0.01;

  private static final double LEAST = 0.1;

  /** How wrong a shape's price may be: estimates must hold for priors so much lower and higher. */
  private static final double DOUBT = 4;

  /** What the shapes let expect, in milliseconds. */
  private final double[] expected;

  private final double spread;

  /** The normal equations of each batch, in units of what is expected. */
  private final Equations[] batches;

  private final DecodeCost cost;

  private PriceFit(double[] expected, double spread, Equations[] batches) {
    this.expected = expected;
    this.spread = spread;
    this.batches = batches;
    this.cost = solve(Bootstrap.once(batches.length), ones());
  }

  /**
   * @param runs [runs][examples] of one model, best of policies of different depths
   * @param batch examples that were decoded together
   * @param shape what the model's shapes let expect, in any unit
   */
  public static PriceFit of(List<List<Observation>> runs, int batch, DecodeCost shape) {
    int examples = runs.getFirst().size();
    double[][] counts = new double[runs.size() * examples][];
    double[] times = new double[counts.length];
    for (int i = 0; i < times.length; i++) {
      Observation observation = runs.get(i / examples).get(i % examples);
      counts[i] = DecodeCost.counts(observation);
      times[i] = observation.decodeMillis();
    }
    double[] expected = inMillis(shape.prices(), counts, times);
    double[][] scaled = new double[times.length][PRICES];
    for (int i = 0; i < times.length; i++) {
      for (int k = 0; k < PRICES; k++) {
        scaled[i][k] = counts[i][k] * expected[k];
      }
    }
    double[] prices = ones();
    Equations[] batches = new Equations[Math.ceilDiv(examples, batch)];
    Arrays.setAll(batches, b -> new Equations());
    double spread = Median.of(magnitudes(deviations(scaled, times, prices)));
    // A burst can have hit all of a few batches: shapes alone are nearer the truth then.
    int rounds = batches.length < Economics.FEWEST_BATCHES ? 0 : REWEIGHTINGS;
    for (int round = 0; round < rounds; round++) {
      double[] shares = deviations(scaled, times, prices);
      spread = Median.of(magnitudes(shares));
      Arrays.setAll(batches, b -> new Equations());
      double noise = Math.max(NORMAL * spread, LEAST_NOISE);
      double bound = Math.max(HUBER * spread, 1e-6);
      for (int i = 0; i < times.length; i++) {
        double explained = Math.max(sum(scaled[i], prices), 1e-6);
        double huber = Math.min(1, bound / Math.max(Math.abs(shares[i]), 1e-12));
        double weight = huber / (explained * explained * noise * noise);
        batches[i % examples / batch].add(scaled[i], times[i], weight);
      }
      Equations all = new Equations();
      for (Equations one : batches) {
        all.add(one, 1);
      }
      prices = all.solve(ones(), LEAST);
    }
    return new PriceFit(expected, spread, batches);
  }

  /** Shapes times the milliseconds that most answers take for a unit of them. */
  private static double[] inMillis(double[] shape, double[][] counts, double[] times) {
    double[] units = new double[times.length];
    Arrays.setAll(units, i -> times[i] / Math.max(sum(counts[i], shape), 1e-9));
    double unit = Math.max(Median.of(units), 1e-12);
    return Arrays.stream(shape).map(price -> price * unit).toArray();
  }

  /** By how much of what was explained times were longer. */
  private static double[] deviations(double[][] counts, double[] times, double[] prices) {
    double[] shares = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      double explained = Math.max(sum(counts[i], prices), 1e-6);
      shares[i] = (times[i] - explained) / explained;
    }
    return shares;
  }

  private static double sum(double[] counts, double[] prices) {
    double sum = 0;
    for (int i = 0; i < PRICES; i++) {
      sum += counts[i] * prices[i];
    }
    return sum;
  }

  private static double[] magnitudes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  /** The prices, in milliseconds. */
  public DecodeCost cost() {
    return cost;
  }

  /** Half of the answers took more than this share more or less time than their counts come to. */
  public double spread() {
    return spread;
  }

  public int batches() {
    return batches.length;
  }

  /**
   * Estimates quantities that follow from the prices. An interval holds what drawing the batches
   * anew makes of them, and what it makes of them to expect four times less or more for any one
   * part: so it is wide where the clock does not tell.
   */
  public Estimate[] estimate(Function<DecodeCost, double[]> quantities) {
    Estimate[] estimates =
        Bootstrap.DEFAULT.estimate(
            batches.length, counts -> quantities.apply(solve(counts, ones())));
    for (int part = 0; part < PRICES; part++) {
      for (double doubt : new double[] {1 / DOUBT, DOUBT}) {
        double[] prior = ones();
        prior[part] = doubt;
        double[] values = quantities.apply(solve(Bootstrap.once(batches.length), prior));
        for (int q = 0; q < values.length; q++) {
          Estimate found = estimates[q];
          estimates[q] =
              new Estimate(
                  found.value(),
                  Math.min(found.low(), values[q]),
                  Math.max(found.high(), values[q]));
        }
      }
    }
    return estimates;
  }

  private DecodeCost solve(int[] counts, double[] prior) {
    Equations all = new Equations();
    for (int b = 0; b < counts.length; b++) {
      all.add(batches[b], counts[b]);
    }
    double[] prices = all.solve(prior, LEAST);
    Arrays.setAll(prices, k -> prices[k] * expected[k]);
    return DecodeCost.of(prices);
  }

  private static double[] ones() {
    double[] ones = new double[PRICES];
    Arrays.fill(ones, 1);
    return ones;
  }
}
