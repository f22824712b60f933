package dev.deed.tensor;

/**
 * One piece of a divided job; called once for each part, from any thread of a {@link WorkerTeam}.
 */
@FunctionalInterface
public interface PartTask {
  /**
   * Does part {@code part} of the job.
   *
   * @param part number of the part, from 0
   */
  void run(int part);
}
