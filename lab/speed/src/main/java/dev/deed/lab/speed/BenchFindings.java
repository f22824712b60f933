package dev.deed.lab.speed;

import dev.deed.evaluation.Bootstrap.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  /** Each peer's row with DEED's of full depth under the same conditions. */
  List<BenchPair> peers() {
    List<BenchPair> found = new ArrayList<>();
    for (BenchRow row : rows) {
      if (row.failure() == null
          && Peers.names(row.conditions().precision()).contains(row.engine())) {
        found.add(new BenchPair(row, ours(row.conditions())));
      }
    }
    return found;
  }

  /** DEED's row of full depth. */
  BenchRow ours(BenchCase conditions) {
    return rows.stream()
        .filter(row -> row.conditions().equals(conditions))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Where a peer is faster: of each case and figure the fastest one, if it took less time in all of
   * the interval.
   */
  List<Behind> behind() {
    Map<String, Behind> fastest = new LinkedHashMap<>();
    for (BenchPair pair : peers()) {
      for (String figure : List.of(BenchPair.FIRST_TOKEN, BenchPair.TOKEN)) {
        Behind here = new Behind(pair, figure);
        fastest.merge(
            pair.row().conditions() + figure,
            here,
            (one, other) -> one.less().value() >= other.less().value() ? one : other);
      }
    }
    return fastest.values().stream().filter(one -> one.less().low() > 0).toList();
  }

  /**
   * A figure in which a peer is faster.
   *
   * @param pair the peer's row and ours
   * @param figure its name in JSON
   */
  record Behind(BenchPair pair, String figure) {
    /** How much less time the peer took. */
    Estimate less() {
      return Objects.requireNonNull(pair.less().get(figure)).share();
    }
  }
}
