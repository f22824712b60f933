package dev.deed.train;

/**
 * T5's buckets of distances (Raffel et al. 2020, arXiv 1910.10683): half of them exact, the others
 * logarithmic up to the largest distance.
 */
final class RelativeBuckets {
  private RelativeBuckets() {}

  /**
   * Buckets of all pairs.
   *
   * @param bidirectional whether keys behind the query have buckets of their own (encoder)
   * @return {@code [queries, keys]}, row-major
   */
  static long[] table(int queries, int keys, int buckets, int maxDistance, boolean bidirectional) {
    long[] table = new long[queries * keys];
    for (int query = 0; query < queries; query++) {
      for (int key = 0; key < keys; key++) {
        table[query * keys + key] = bucket(key - query, buckets, maxDistance, bidirectional);
      }
    }
    return table;
  }

  private static long bucket(int offset, int buckets, int maxDistance, boolean bidirectional) {
    int base = bidirectional && offset > 0 ? buckets / 2 : 0;
    int count = bidirectional ? buckets / 2 : buckets;
    int distance = bidirectional ? Math.abs(offset) : Math.max(-offset, 0);
    int exact = count / 2;
    if (distance < exact) {
      return base + distance;
    }
    double share = Math.log((double) distance / exact) / Math.log((double) maxDistance / exact);
    return base + Math.min(count - 1, exact + (int) (share * (count - exact)));
  }
}
