package dev.deed.lab.kernels;

import dev.deed.lab.speed.MemoryRead;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightMemory;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.List;

/** One row times weights that no cache holds, beside how fast the machine reads memory. */
final class BandwidthReport {
  private static final int ROUNDS = 9;

  /** Inputs, outputs: vocabularies of T5-base and of mBART-like size. */
  private static final int[][] SHAPES = {{768, 32_128}, {1024, 65_536}};

  private BandwidthReport() {}

  static void write(StringBuilder page) throws InterruptedException {
    page.append(
        """
        | inputs × outputs | weights | threads | product GB/s | memory GB/s | product : memory | in the rounds |
        |---|---|---|---|---|---|---|
        """);
    MemoryRead memory = new MemoryRead();
    for (int[] shape : SHAPES) {
      int inputs = shape[0];
      int outputs = shape[1];
      float[] row = RandomArrays.normal(inputs, 1);
      WeightMatrix weights =
          KernelChoice.packing()
              .pack(
                  WeightPrecision.FP32,
                  RandomArrays.sameRow(inputs),
                  outputs,
                  inputs,
                  new WeightMemory());
      float[] y = new float[outputs];
      for (int threads = 1; threads <= 2; threads++) {
        try (ThreadPool pool = ThreadPool.of(threads)) {
          List<Runnable> contenders =
              List.of(
                  () ->
                      weights.multiply(
                          FloatRows.of(row, inputs, 1), null, FloatRows.of(y, outputs, 1), pool),
                  () -> memory.read(pool));
          Rounds rounds =
              threads == 1 ? Rounds.alone(ROUNDS, contenders) : Rounds.passing(ROUNDS, contenders);
          // Speed is bytes over time, and the two read different amounts.
          double bytes = MemoryRead.bytes(weights) / MemoryRead.BYTES;
          page.append(
              "| %d × %d | %d MB | %d | %.1f | %.1f | %.2f | %.2f … %.2f |%n"
                  .formatted(
                      inputs,
                      outputs,
                      Math.round(MemoryRead.bytes(weights) / 1e6),
                      threads,
                      MemoryRead.bytes(weights) / rounds.median(0),
                      MemoryRead.BYTES / rounds.median(1),
                      bytes * rounds.speedUp(0, 1, 0.5),
                      bytes * rounds.speedUp(0, 1, 0),
                      bytes * rounds.speedUp(0, 1, 1)));
        }
      }
    }
  }
}
