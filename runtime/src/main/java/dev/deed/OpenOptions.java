package dev.deed;

import dev.deed.tensor.Precision;
import dev.deed.tensor.WorkerTeam;

/**
 * How a model is opened.
 *
 * @param threads number of threads that work on a generation, 1…{@value WorkerTeam#MOST_THREADS}
 * @param precision how weights are held in memory, whatever they are stored in
 * @param screening whether an int8 copy of the head finds the largest logit, so that the head
 *     itself is read only where the copy cannot tell: the same tokens and exit layers in less time
 *     where the vocabulary is large. Confidences and log-probabilities are then estimates, after
 *     the tokens that settings ban. Not for {@link Precision#W8A8}
 */
public record OpenOptions(int threads, Precision precision, boolean screening) {
  public OpenOptions {
    if (screening && precision == Precision.W8A8) {
      throw new IllegalArgumentException("a head of w8a8 cannot be screened");
    }
  }

  /** A worker for each processor; fp32. */
  public static OpenOptions defaults() {
    return new OpenOptions(
        Math.min(Runtime.getRuntime().availableProcessors(), WorkerTeam.MOST_THREADS),
        Precision.FP32,
        false);
  }

  public OpenOptions withThreads(int count) {
    return new OpenOptions(count, precision, screening);
  }

  public OpenOptions withPrecision(Precision other) {
    return new OpenOptions(threads, other, screening);
  }

  public OpenOptions withScreening(boolean on) {
    return new OpenOptions(threads, precision, on);
  }
}
