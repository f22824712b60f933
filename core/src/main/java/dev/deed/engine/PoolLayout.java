package dev.deed.engine;

import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.List;

/**
 * How many pools of an engine share the threads, and how many threads each has. A large pool waits
 * for its slowest thread dozens of times a step, and pauses its answers to encode; small pools read
 * the weights more often and take long for an input. lab/results/serving.md has the simulation that
 * the numbers come from.
 */
public final class PoolLayout {
  private static final int TWO_TEAMS = 8;
  private static final int FOUR_TEAMS = 32;

  private PoolLayout() {}

  /**
   * Sizes of the pools that share some threads: one pool of up to 7, two of up to 31, then four.
   *
   * @param threads of all pools together, 1 or more
   * @return threads of each pool, which differ by one at most
   */
  public static List<Integer> sizes(int threads) {
    return sizes(threads, threads < TWO_TEAMS ? 1 : threads < FOUR_TEAMS ? 2 : 4);
  }

  /**
   * Sizes of a number of pools.
   *
   * @param threads of all pools together, at least {@code pools}
   * @param pools 1 or more
   * @return threads of each pool, which differ by one at most
   */
  public static List<Integer> sizes(int threads, int pools) {
    List<Integer> sizes = new ArrayList<>();
    for (int pool = 0; pool < pools; pool++) {
      sizes.add(
          ThreadPool.bound(pool + 1, pools, threads) - ThreadPool.bound(pool, pools, threads));
    }
    return List.copyOf(sizes);
  }
}
