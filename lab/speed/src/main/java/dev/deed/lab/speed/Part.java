package dev.deed.lab.speed;

import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of the work against the machine's limits.
 *
 * @param name of the part
 * @param time milliseconds that it takes
 * @param gigabytes a second that it reads; 0 when it reads nothing to speak of
 * @param readShare of what memory gives, 0…1; above 1 the caches hold part of it
 * @param gigaflops a second; a multiply-add counts two
 * @param arithmeticShare of what products of many rows reach, 0…1
 */
public record Part(
    String name,
    Estimate time,
    double gigabytes,
    double readShare,
    double gigaflops,
    double arithmeticShare) {
  private static final double BOUND = 0.6;

  /**
   * The parts of a model's costs.
   *
   * @param sourceLength positions of the encoder output
   */
  static List<Part> of(
      PartCosts costs,
      int sourceLength,
      Traffic traffic,
      WeightPrecision precision,
      MachineLimits limit) {
    List<Part> parts = new ArrayList<>();
    add(parts, "encoder", costs.encode(), traffic.encoder(), sourceLength, precision, limit);
    add(
        parts,
        "keys and values of the source, a layer",
        costs.projection(),
        traffic.crossProjection(),
        sourceLength,
        precision,
        limit);
    add(parts, "decoder layer, a step", costs.layer(), traffic.layer(), 1, precision, limit);
    add(parts, "exit check", costs.check(), traffic.head(), 1, precision, limit);
    add(parts, "head and rest of a step", costs.rest(), traffic.head(), 1, precision, limit);
    add(parts, "filled row, a layer", costs.filledRow(), traffic.layer(), 0, precision, limit);
    return parts;
  }

  /**
   * @param rows that are multiplied with the weights; 0 for one row beside others, which has its
   *     weights from them
   */
  private static void add(
      List<Part> parts,
      String name,
      Estimate time,
      long weights,
      int rows,
      WeightPrecision precision,
      MachineLimits limit) {
    if (!(time.low() > 0) || Double.isInfinite(time.value())) {
      return; // too small to be told from noise, or too few layers or tokens to tell it
    }
    double nanos = time.value() * 1e6;
    double gigabytes = rows == 0 ? 0 : (double) weights * precision.bytes() / nanos;
    double gigaflops = 2.0 * weights * Math.max(rows, 1) / nanos;
    parts.add(
        new Part(
            name,
            time,
            gigabytes,
            gigabytes / limit.readGigabytes(),
            gigaflops,
            gigaflops / limit.gigaflops().getOrDefault(precision, Double.NaN)));
  }

  /** What keeps it from being faster. */
  String bound() {
    if (readShare < BOUND && arithmeticShare < BOUND) {
      return "neither: calls, attention, caches";
    }
    return readShare >= arithmeticShare ? "memory" : "arithmetic";
  }
}
