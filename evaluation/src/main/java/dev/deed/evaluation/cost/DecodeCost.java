package dev.deed.evaluation.cost;

import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.Effort;
import java.util.Arrays;
import java.util.List;

/**
 * What the parts of decoding cost: each answer's decode time is taken as a sum of its counts, each
 * times a price above 0. {@link PriceFit} finds the prices of a machine. They say why a policy is
 * slow, and what counts come to where the clock is too unsteady to say which policy is faster.
 * Immutable.
 *
 * @param token for each token, whatever its depth
 * @param pass for each walk through a layer's weights, its first row included
 * @param filledRow for each further row of such a walk: a position filled just in time
 * @param head for each look-up of the head
 * @param firstReach for each layer that an answer reaches at all: keys and values of the encoder's
 *     output
 */
public record DecodeCost(
    double token, double pass, double filledRow, double head, double firstReach) {
  static final int PRICES = 5;

  /** What the calls of a part take, in multiply-adds: they decide where layers are narrow. */
  private static final double CALLS = 20_000;

  /** Rows that go through a layer together share the reading of its weights. */
  private static final double SHARED = 4;

  /** Positions of an encoder's output, of which counts say nothing. */
  private static final double SOURCE = 64;

  /**
   * What a model's shapes let expect, in multiply-adds: right to a factor of a few between parts,
   * and all above 0.
   */
  public static DecodeCost byShape(TransformerSpec spec) {
    Names.Layer first = Names.DECODER.layer(0);
    double cross = weights(spec, first.cross().key()) + weights(spec, first.cross().value());
    double pass = weights(spec, first.name()) - cross + CALLS;
    double width = spec.decoder().stack().width();
    ExitSpec exits = spec.exits();
    double adapter = exits == null ? 0 : 2 * exits.adapterSize() * width;
    double head = spec.decoder().vocabulary() * width + adapter + CALLS;
    return new DecodeCost(2 * CALLS, pass, pass / SHARED, head, cross * SOURCE / SHARED + CALLS);
  }

  private static double weights(TransformerSpec spec, String module) {
    return ParameterTable.of(spec).stream()
        .filter(parameter -> Names.belongs(parameter.name(), module))
        .mapToDouble(Parameter::elements)
        .sum();
  }

  static DecodeCost of(double[] prices) {
    return new DecodeCost(prices[0], prices[1], prices[2], prices[3], prices[4]);
  }

  /** In the order of the components. */
  public double[] prices() {
    return new double[] {token, pass, filledRow, head, firstReach};
  }

  /** How often an answer pays each price, in their order. */
  static double[] counts(Observation observation) {
    Effort effort = observation.effort();
    return new double[] {
      observation.tokenIds().size(),
      effort.layerPasses(),
      effort.layersRun() - effort.layerPasses(),
      effort.headLookups(),
      observation.deepestExit()
    };
  }

  public static List<Double> meanCounts(List<Observation> run) {
    double[] mean = new double[PRICES];
    for (Observation observation : run) {
      double[] counts = counts(observation);
      Arrays.setAll(mean, k -> mean[k] + counts[k] / run.size());
    }
    return Arrays.stream(mean).boxed().toList();
  }

  /** What counts come to, in milliseconds. */
  public double millis(List<Double> counts) {
    double[] prices = prices();
    double millis = 0;
    for (int i = 0; i < PRICES; i++) {
      millis += counts.get(i) * prices[i];
    }
    return millis;
  }

  public double reduction(DecodeTimes ours, DecodeTimes theirs) {
    return 1 - millis(ours.counts()) / millis(theirs.counts());
  }
}
