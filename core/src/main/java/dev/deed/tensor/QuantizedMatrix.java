package dev.deed.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Weights of int8 for inputs of int8 ({@link Precision#W8A8}). Panels serve few rows; where an
 * engine takes many, it holds the weights once more, from the first such product on, which {@link
 * #bytes} does not count.
 */
final class QuantizedMatrix implements WeightMatrix {
  /** Rows that an engine takes at a time: what is rounded for them stays in the cache. */
  private static final int ENGINE_ROWS = 64;

  private final Panels panels;
  private final IntegerKernel kernel;
  private final @Nullable EngineChoice engine;
  private volatile @Nullable Int8Product product;

  private QuantizedMatrix(Panels panels, IntegerKernel kernel, @Nullable EngineChoice engine) {
    this.panels = panels;
    this.kernel = kernel;
    this.engine = engine;
  }

  static QuantizedMatrix stack(
      List<RowBlock> blocks, int inputs, IntegerKernel kernel, @Nullable EngineChoice engine) {
    if (inputs > IntegerKernel.MOST_INPUTS) {
      throw new IllegalArgumentException(
          "sums of %d products of int8 do not fit 32 bits".formatted(inputs));
    }
    return new QuantizedMatrix(
        PanelPacking.pack(Precision.INT8, blocks, inputs), kernel, inputs == 0 ? null : engine);
  }

  @Override
  public int outputs() {
    return panels.outputs();
  }

  @Override
  public int inputs() {
    return panels.inputs();
  }

  @Override
  public long bytes() {
    return panels.bytes();
  }

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      WorkerTeam team) {
    int inputs = panels.inputs();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    panels.checkProduct(x, xOffset, xStride, rows, bias, y, yOffset, yStride);
    if (engine != null && engine.takes(rows)) {
      try {
        byEngine(engine, x, xOffset, xStride, rows, bias, y, yOffset, yStride, team);
        return;
      } catch (Int8EngineException e) {
        engine.leaveOut(e);
      }
    }
    IntegerKernel.Rows rounded = kernel.round(x, xOffset, xStride, rows, inputs);
    ProductParts.run(
        panels,
        rows,
        team,
        (first, end, row, count) ->
            kernel.multiply(
                panels,
                first,
                end,
                rounded,
                row,
                count,
                bias,
                y,
                yOffset + row * yStride,
                yStride));
  }

  /** All rows by the engine, the threads taking some each. */
  private void byEngine(
      EngineChoice choice,
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      WorkerTeam team) {
    Int8Product prepared = prepared(choice.engine());
    int threads = Math.min(team.size(), rows / choice.engine().leastRows());
    int rounds = (rows + ENGINE_ROWS * threads - 1) / (ENGINE_ROWS * threads);
    int parts = rounds * threads;
    team.run(
        parts,
        part -> {
          int first = WorkerTeam.bound(part, parts, rows);
          int count = WorkerTeam.bound(part + 1, parts, rows) - first;
          int from = xOffset + first * xStride;
          int to = yOffset + first * yStride;
          multiply(prepared, choice.scratch(), x, from, xStride, count, bias, y, to, yStride);
        });
  }

  /** Some rows by the engine. */
  private void multiply(
      Int8Product prepared,
      ScratchMemory scratch,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int y0,
      int yStride) {
    int inputs = panels.inputs();
    int outputs = panels.outputs();
    long sumBytes = (long) outputs * Integer.BYTES;
    long roundedBytes = ScratchMemory.aligned((long) rows * inputs);
    scratch.with(
        roundedBytes + rows * sumBytes,
        memory -> {
          MemorySegment rounded = memory.asSlice(0, roundedBytes);
          MemorySegment sums = memory.asSlice(roundedBytes);
          float[] scales = new float[rows];
          for (int r = 0; r < rows; r++) {
            float magnitude = kernel.magnitude(x, x0 + r * xStride, inputs);
            float factor = IntegerKernel.factor(magnitude);
            scales[r] = IntegerKernel.scale(magnitude);
            kernel.round(x, x0 + r * xStride, inputs, factor, rounded, (long) r * inputs);
          }
          prepared.multiply(rounded, rows, sums);
          for (int r = 0; r < rows; r++) {
            int to = y0 + r * yStride;
            kernel.finish(sums, r * sumBytes, panels.int8Scales(), scales[r], bias, y, to, outputs);
          }
        });
  }

  private Int8Product prepared(Int8Engine with) {
    Int8Product ready = product;
    if (ready != null) {
      return ready;
    }
    synchronized (this) {
      if (product == null) {
        product = prepare(with);
      }
      return Objects.requireNonNull(product);
    }
  }

  private Int8Product prepare(Int8Engine with) {
    int inputs = panels.inputs();
    int outputs = panels.outputs();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment weights = arena.allocate((long) outputs * inputs, Panels.ALIGNMENT);
      IntStream.range(0, outputs)
          .parallel()
          .forEach(
              output -> {
                for (int k = 0; k < inputs; k++) {
                  byte weight = (byte) panels.weight(output, k);
                  weights.set(ValueLayout.JAVA_BYTE, (long) output * inputs + k, weight);
                }
              });
      return with.pack(weights, outputs, inputs);
    }
  }

  @Override
  public float multiply(int output, float[] x, int xOffset) {
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(xOffset, panels.inputs(), x.length);
    IntegerKernel.Rows row = kernel.round(x, xOffset, panels.inputs(), 1, panels.inputs());
    int sum = 0;
    for (int k = 0; k < panels.inputs(); k++) {
      sum += (int) row.values()[k] * (int) panels.weight(output, k);
    }
    return sum * panels.int8Scales()[output] * row.scales()[0];
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    panels.copyRow(output, target, offset);
  }
}
