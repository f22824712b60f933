package dev.deed.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Pools of a simulated engine.
 *
 * @param name of the layout
 * @param pools threads of each pool and what it does
 * @param fills whether requests fill one batch before the next one, or go to that of fewest rows
 */
record Layout(String name, List<Pool> pools, boolean fills) {
  /**
   * A pool.
   *
   * @param threads of the pool
   * @param encodes whether it encodes
   * @param decodes whether it decodes
   */
  record Pool(int threads, boolean encodes, boolean decodes) {}

  /** A number of pools; each may encode and decode. */
  static Layout filling(int threads, int pools) {
    return new Layout(name(threads, pools), alike(threads, pools), true);
  }

  /** The same, where requests go to the batch of fewest rows. */
  static Layout spreading(int threads, int pools) {
    return new Layout(name(threads, pools) + ", spread", alike(threads, pools), false);
  }

  private static String name(int threads, int pools) {
    int least = threads / pools;
    String size =
        threads % pools == 0 ? Integer.toString(least) : "%d to %d".formatted(least, least + 1);
    return pools == 1 ? "one pool" : pools + " × " + size;
  }

  private static List<Pool> alike(int threads, int pools) {
    return PoolLayout.sizes(threads, pools).stream()
        .map(size -> new Pool(size, true, true))
        .toList();
  }

  /**
   * Pools with fixed roles.
   *
   * @param encoding threads that encode; the others decode
   * @param size threads of a pool, at most
   */
  static Layout roles(int threads, int encoding, int size) {
    List<Pool> pools = new ArrayList<>();
    for (int left = encoding; left > 0; left -= size) {
      pools.add(new Pool(Math.min(size, left), true, false));
    }
    for (int left = threads - encoding; left > 0; left -= size) {
      pools.add(new Pool(Math.min(size, left), false, true));
    }
    String name = "%d encode, %d decode, by %d".formatted(encoding, threads - encoding, size);
    return new Layout(name, pools, false);
  }
}
