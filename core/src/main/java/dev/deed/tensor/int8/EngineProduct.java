package dev.deed.tensor.int8;

import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.packed.Panels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

  /** Parts begin at whole cache lines. */
  private static final int OUTPUT_UNIT = 64;

  /** Inputs that are worth another thread's while to round. */
  private static final int SHARED_INPUTS = 4 * 1024;

  private final Panels panels;
  private final IntegerKernel kernel;
  private final EngineChoice choice;
  private final SegmentAllocator memory;
  private volatile @Nullable List<Part> parts;

  /** Outputs {@code first…first+count−1}. */
  private record Part(int first, int count, Int8Product product) {}

  EngineProduct(Panels panels, IntegerKernel kernel, EngineChoice choice, SegmentAllocator memory) {
    this.panels = panels;
    this.kernel = kernel;
    this.choice = choice;
    this.memory = memory;
  }

  /** Whether a product of so many rows is for the engine. */
  boolean takes(int rows) {
    return choice.takes(rows);
  }

  /** From now on everything is computed without it. */
  void leaveOut(Int8EngineException reason) {
    choice.leaveOut(reason);
  }

  /**
   * As {@link WeightMatrix#multiply}, with arguments that were checked.
   *
   * @throws Int8EngineException when the engine cannot
   */
  void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      WorkerTeam team) {
    List<Part> prepared = parts(team.size());
    int chunks = (rows + MOST_ROWS - 1) / MOST_ROWS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int first = WorkerTeam.bound(chunk, chunks, rows);
      int count = WorkerTeam.bound(chunk + 1, chunks, rows) - first;
      int from = xOffset + first * xStride;
      int to = yOffset + first * yStride;
      choice
          .scratch()
          .with(
              (long) count * panels.inputs(),
              rounded -> {
                float[] scales = round(x, from, xStride, count, rounded, team);
                multiply(prepared, rounded, scales, bias, y, to, yStride, team);
              });
    }
  }

  /** Gives the rows' scales. */
  private float[] round(
      float[] x, int x0, int xStride, int rows, MemorySegment rounded, WorkerTeam team) {
    int inputs = panels.inputs();
    float[] scales = new float[rows];
    team.share(
        rows,
        1 + SHARED_INPUTS / inputs,
        (first, end) -> {
          for (int r = first; r < end; r++) {
            float magnitude = kernel.magnitude(x, x0 + r * xStride, inputs);
            float factor = IntegerKernel.factor(magnitude);
            scales[r] = IntegerKernel.scale(magnitude);
            kernel.round(x, x0 + r * xStride, inputs, factor, rounded, (long) r * inputs);
          }
        });
    return scales;
  }

  private void multiply(
      List<Part> prepared,
      MemorySegment rounded,
      float[] scales,
      float @Nullable [] bias,
      float[] y,
      int y0,
      int yStride,
      WorkerTeam team) {
    int rows = scales.length;
    int idle = Math.min(team.size() / prepared.size(), rows / choice.engine().leastRows());
    int blocks = Math.max((rows + BLOCK_ROWS - 1) / BLOCK_ROWS, idle);
    team.run(
        blocks * prepared.size(),
        task -> {
          Part part = prepared.get(task % prepared.size());
          int block = task / prepared.size();
          int first = WorkerTeam.bound(block, blocks, rows);
          int end = WorkerTeam.bound(block + 1, blocks, rows);
          multiply(part, rounded, scales, first, end, bias, y, y0, yStride);
        });
  }

  /** Some outputs of some rows. */
  private void multiply(
      Part part,
      MemorySegment rounded,
      float[] scales,
      int first,
      int end,
      float @Nullable [] bias,
      float[] y,
      int y0,
      int yStride) {
    long sumBytes = (long) part.count * Integer.BYTES;
    choice
        .scratch()
        .with(
            (end - first) * sumBytes,
            sums -> {
              MemorySegment x = rounded.asSlice((long) first * panels.inputs());
              part.product.multiply(x, end - first, sums);
              for (int r = first; r < end; r++) {
                kernel.finish(
                    sums,
                    (r - first) * sumBytes,
                    panels.int8Scales(),
                    scales[r],
                    bias,
                    part.first,
                    part.first + part.count,
                    y,
                    y0 + r * yStride);
              }
            });
  }

  /** The matrix as the engine holds it; the first team to ask decides the number of parts. */
  private List<Part> parts(int threads) {
    List<Part> ready = parts;
    if (ready != null) {
      return ready;
    }
    synchronized (this) {
      ready = parts;
      if (ready == null) {
        ready = prepare(Math.clamp(panels.outputs() / LEAST_OUTPUTS, 1, threads));
        parts = ready;
      }
      return ready;
    }
  }

  private List<Part> prepare(int count) {
    int units = (panels.outputs() + OUTPUT_UNIT - 1) / OUTPUT_UNIT;
    List<Part> prepared = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = WorkerTeam.bound(i, count, units) * OUTPUT_UNIT;
      int end = Math.min(WorkerTeam.bound(i + 1, count, units) * OUTPUT_UNIT, panels.outputs());
      prepared.add(new Part(first, end - first, pack(first, end - first)));
    }
    return List.copyOf(prepared);
  }

  private Int8Product pack(int first, int count) {
    int inputs = panels.inputs();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment weights = arena.allocate((long) count * inputs, Panels.ALIGNMENT);
      IntStream.range(0, count)
          .parallel()
          .forEach(
              output -> {
                for (int k = 0; k < inputs; k++) {
                  byte weight = (byte) panels.weight(first + output, k);
                  weights.set(ValueLayout.JAVA_BYTE, (long) output * inputs + k, weight);
                }
              });
      return choice.engine().pack(weights, count, inputs, memory);
    }
  }
}
