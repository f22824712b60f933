package dev.deed;

import dev.deed.tensor.Precision;
import dev.deed.tensor.WorkerTeam;

/**
 * How a model is opened.
 *
 * @param threads number of threads that work on a generation, 1…{@value WorkerTeam#MOST_THREADS}
 * @param precision how weights are held in memory, whatever they are stored in
 */
public record OpenOptions(int threads, Precision precision) {
  /** A worker for each processor; fp32. */
  public static OpenOptions defaults() {
    return new OpenOptions(
        Math.min(Runtime.getRuntime().availableProcessors(), WorkerTeam.MOST_THREADS),
        Precision.FP32);
  }

  public OpenOptions withThreads(int count) {
    return new OpenOptions(count, precision);
  }

  public OpenOptions withPrecision(Precision other) {
    return new OpenOptions(threads, other);
  }
}
