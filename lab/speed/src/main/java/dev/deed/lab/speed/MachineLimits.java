package dev.deed.lab.speed;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightMemory;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the machine can do at most: the best of several tries, since other work only slows it down.
 *
 * @param threads that worked together
 * @param readGigabytes a second read from memory that no cache holds: by a loop that does nothing
 *     else, or by the product of one row, whichever was faster
 * @param gigaflops a second of a product of many rows, by precision of the weights; a multiply-add
 *     counts two
 */
public record MachineLimits(
    int threads, double readGigabytes, Map<WeightPrecision, Double> gigaflops) {
  private static final int TRIES = 9;

  /** Tries go on for so long at least: the JIT compiler needs some of it. */
  private static final long LEAST_NANOS = 700_000_000;

  /** Weights of the product of one row: 256 MiB. */
  private static final int ROW_OUTPUTS = 64 * 1024;

  private static final int EDGE = 1024;
  private static final int ROWS = 256;

  static List<MachineLimits> measure(List<Integer> threadCounts, Set<WeightPrecision> precisions) {
    MemoryRead memory = new MemoryRead();
    WeightMatrix large = matrix(WeightPrecision.FP32, ROW_OUTPUTS);
    Map<WeightPrecision, WeightMatrix> square = new EnumMap<>(WeightPrecision.class);
    for (WeightPrecision precision : precisions) {
      square.put(precision, matrix(precision, EDGE));
    }
    List<MachineLimits> limits = new ArrayList<>();
    for (int threads : threadCounts) {
      try (ThreadPool pool = ThreadPool.of(threads)) {
        double read = MemoryRead.BYTES / best(() -> memory.read(pool));
        double row = MemoryRead.bytes(large) / best(product(large, 1, pool));
        Map<WeightPrecision, Double> gigaflops = new EnumMap<>(WeightPrecision.class);
        square.forEach(
            (precision, weights) ->
                gigaflops.put(
                    precision, 2.0 * ROWS * EDGE * EDGE / best(product(weights, ROWS, pool))));
        limits.add(new MachineLimits(threads, Math.max(read, row), gigaflops));
      }
    }
    return limits;
  }

  private static WeightMatrix matrix(WeightPrecision precision, int outputs) {
    return KernelChoice.packing()
        .pack(
            precision,
            (first, count, target) -> {
              for (int i = 0; i < count * EDGE; i++) {
                target[i] = (i % 31 - 15) / 16f;
              }
            },
            outputs,
            EDGE,
            new WeightMemory());
  }

  private static Runnable product(WeightMatrix weights, int rows, ThreadPool pool) {
    float[] x = new float[rows * EDGE];
    float[] y = new float[rows * weights.outputs()];
    return () ->
        weights.multiply(
            FloatRows.of(x, EDGE, rows), null, FloatRows.of(y, weights.outputs(), rows), pool);
  }

  /** Nanoseconds of the fastest try, so that bytes by it are gigabytes a second. */
  private static double best(Runnable work) {
    long best = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (int i = 0; i < TRIES || System.nanoTime() - begin < LEAST_NANOS; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
