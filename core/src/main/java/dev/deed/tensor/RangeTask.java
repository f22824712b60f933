package dev.deed.tensor;

/**
 * A job over things in a row that can be done in ranges, from any thread of a {@link WorkerTeam}.
 */
@FunctionalInterface
public interface RangeTask {
  /**
   * Does the things {@code first…end−1}.
   *
   * @param first from 0
   */
  void run(int first, int end);
}
