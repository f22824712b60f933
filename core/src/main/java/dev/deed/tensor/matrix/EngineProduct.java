package dev.deed.tensor.matrix;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix that an engine multiplies with. It is given to the engine in parts of its outputs, one
 * for each thread: with few rows, reading the weights takes the time, and so each thread reads its
 * own alone. Safe for use from many threads.
 */
final class EngineProduct {
  /** Rows that are rounded together: memory for them stays small. */
  private static final int MOST_ROWS = 256;

  /** Rows that an engine takes at a time: what it makes of them stays in the cache. */
  private static final int BLOCK_ROWS = 64;

  /** Parts of fewer outputs take the engine more time to begin with than to finish. */
  private static final int LEAST_OUTPUTS = 256;

  /** Inputs that are worth another thread's while to round. */
  private static final int SHARED_INPUTS = 4 * 1024;

  private final QuadPanels panels;
  private final Arena memory;
  private final QuadKernel kernel;
  private final EngineChoice choice;
  private @Nullable List<PreparedPart> parts;

  /** Outputs {@code first…first+count−1}. */
  private record PreparedPart(int first, int count, Int8Product product) {}

  EngineProduct(QuadPanels panels, Arena memory, QuadKernel kernel, EngineChoice choice) {
    this.panels = panels;
    this.memory = memory;
    this.kernel = kernel;
    this.choice = choice;
  }

  /**
   * As {@link WeightMatrix#multiply}, with arguments that were checked.
   *
   * @throws EngineException when the engine cannot
   */
  void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, ThreadPool pool) {
    List<PreparedPart> prepared = parts(pool.size());
    int rows = x.count();
    int chunks = (rows + MOST_ROWS - 1) / MOST_ROWS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int first = ThreadPool.bound(chunk, chunks, rows);
      int count = ThreadPool.bound(chunk + 1, chunks, rows) - first;
      FloatRows from = x.range(first, count);
      FloatRows to = y.range(first, count);
      choice
          .scratch()
          .lend(
              (long) count * panels.inputs(),
              rounded -> {
                float[] scales = round(from, rounded, pool);
                multiply(prepared, new Job(rounded, scales, bias, to), pool);
              });
    }
  }

  /**
   * Rounded rows and what becomes of them.
   *
   * @param rounded [rows, inputs]
   * @param scales of the rows
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Job(MemorySegment rounded, float[] scales, float @Nullable [] bias, FloatRows y) {}

  private float[] round(FloatRows x, MemorySegment rounded, ThreadPool pool) {
    int inputs = panels.inputs();
    float[] scales = new float[x.count()];
    pool.share(
        x.count(),
        1 + SHARED_INPUTS / inputs,
        (first, end) -> {
          for (int r = first; r < end; r++) {
            scales[r] = kernel.round(x.values(), x.at(r), inputs, rounded, (long) r * inputs);
          }
        });
    return scales;
  }

  private void multiply(List<PreparedPart> prepared, Job job, ThreadPool pool) {
    int rows = job.scales.length;
    int idle = Math.min(pool.size() / prepared.size(), rows / choice.engine().leastRows());
    int blocks = Math.max((rows + BLOCK_ROWS - 1) / BLOCK_ROWS, idle);
    pool.run(
        blocks * prepared.size(),
        task -> {
          PreparedPart part = prepared.get(task % prepared.size());
          int block = task / prepared.size();
          int first = ThreadPool.bound(block, blocks, rows);
          multiply(part, job, first, ThreadPool.bound(block + 1, blocks, rows));
        });
  }

  /** Some outputs of rows {@code first…end−1}. */
  private void multiply(PreparedPart part, Job job, int first, int end) {
    long sumBytes = (long) part.count * Integer.BYTES;
    choice
        .scratch()
        .lend(
            (end - first) * sumBytes,
            sums -> {
              MemorySegment x = job.rounded.asSlice((long) first * panels.inputs());
              part.product.multiply(x, end - first, sums);
              QuadKernel.Outputs outputs =
                  new QuadKernel.Outputs(panels, part.first, part.first + part.count, job.bias);
              for (int r = first; r < end; r++) {
                kernel.finish(
                    sums,
                    (r - first) * sumBytes,
                    outputs,
                    job.scales[r],
                    job.y.values(),
                    job.y.at(r));
              }
            });
  }

  /** The parts of the matrix; the first pool to ask decides their number. */
  private synchronized List<PreparedPart> parts(int threads) {
    if (parts == null) {
      parts = prepare(Math.clamp(panels.outputs() / LEAST_OUTPUTS, 1, threads));
    }
    return parts;
  }

  private List<PreparedPart> prepare(int count) {
    int units = panels.count();
    List<PreparedPart> prepared = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = ThreadPool.bound(i, count, units) * QuadPanels.WIDTH;
      int end =
          Math.min(ThreadPool.bound(i + 1, count, units) * QuadPanels.WIDTH, panels.outputs());
      MemorySegment weights = panels.part(first, end - first);
      Int8Product product = choice.engine().product(weights, end - first, panels.inputs(), memory);
      prepared.add(new PreparedPart(first, end - first, product));
    }
    return List.copyOf(prepared);
  }
}
