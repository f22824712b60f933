package dev.deed.evaluation;

import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.Effort;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Gatherers;

/**
 * What the parts of decoding cost by a model's shapes, in multiply-adds, all above 0: an answer
 * costs the sum of its counts, each times its part. That is right to a factor of a few between
 * parts, and the same on every machine and in every run. Immutable.
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
  /** What the calls of a part take: they decide where layers are narrow. */
  private static final double CALLS = 20_000;

  /** Rows that go through a layer together share the reading of its weights. */
  private static final double SHARED = 4;

  /** Positions of an encoder's output, of which counts say nothing. */
  private static final double SOURCE = 64;

  public static DecodeCost of(TransformerSpec spec) {
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

  /** What the counts of a run's answers come to. */
  public double of(List<Observation> run) {
    return run.stream().mapToDouble(this::of).sum();
  }

  /**
   * How unevenly the clock ran: half of the batches of a run took this share more or less time than
   * their counts let expect, at the run's own pace.
   *
   * @param run at least one answer
   * @param batch how many were decoded together
   */
  public double spread(List<Observation> run, int batch) {
    double[] paces =
        run.stream()
            .gather(Gatherers.windowFixed(batch))
            .mapToDouble(
                part ->
                    part.stream().mapToDouble(one -> one.timing().decodeMillis()).sum()
                        / Math.max(1, of(part)))
            .toArray();
    double usual = Math.max(Median.of(paces), Double.MIN_NORMAL);
    return Median.of(Arrays.stream(paces).map(pace -> Math.abs(pace / usual - 1)).toArray());
  }

  private double of(Observation answer) {
    Effort effort = answer.effort();
    int deepest = answer.exitLayers().stream().mapToInt(Integer::intValue).max().orElse(0);
    return token * answer.tokenIds().size()
        + pass * effort.layerPasses()
        + filledRow * (effort.layersRun() - effort.layerPasses())
        + head * effort.headLookups()
        + firstReach * deepest;
  }
}
