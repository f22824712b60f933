package dev.deed.lab.speed;

import java.util.List;

/**
 * What a bench found.
 *
 * @param limits of the machine, by number of threads
 * @param rows in the order of the cases
 * @param pairs of cases that took turns, each row with the first one's
 * @param parts of each case's model, one input at a time
 */
public record BenchFindings(
    List<MachineLimits> limits,
    List<BenchRow> rows,
    List<BenchPair> pairs,
    List<ModelParts> parts) {
  public BenchFindings {
    limits = List.copyOf(limits);
    rows = List.copyOf(rows);
    pairs = List.copyOf(pairs);
    parts = List.copyOf(parts);
  }
}
