package dev.deed.lab.kernels;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Products with a weight matrix beside LibTorch's, on one and two threads. */
final class ProductReport {
  private static final int ROUNDS = 9;

  /** Rows, inputs, outputs. */
  private static final int[][] SHAPES = {
    {128, 128, 512},
    {128, 512, 128},
    {256, 512, 512},
    {512, 768, 3072},
    {64, 512, 2048},
    {16, 512, 512},
    {6, 512, 512},
    {1, 128, 512},
    {1, 512, 2048},
    {1, 768, 3072}
  };

  private ProductReport() {}

  static void write(StringBuilder page) throws InterruptedException {
    page.append(
        """
        | rows × inputs × outputs | threads | DEED GFLOP/s | LibTorch GFLOP/s | DEED : LibTorch | in the rounds |
        |---|---|---|---|---|---|
        """);
    for (int threads = 1; threads <= 2; threads++) {
      torch.set_num_threads(threads);
      try (ThreadPool pool = ThreadPool.of(threads)) {
        for (int[] shape : SHAPES) {
          row(page, shape[0], shape[1], shape[2], pool);
        }
      }
    }
  }

  private static void row(StringBuilder page, int rows, int inputs, int outputs, ThreadPool pool)
      throws InterruptedException {
    float[] x = RandomArrays.normal(rows * inputs, 1);
    float[] w = RandomArrays.normal(outputs * inputs, 2);
    float[] y = new float[rows * outputs];
    WeightMatrix weights = KernelChoice.packing().pack(WeightPrecision.FP32, w, outputs, inputs);
    TorchProduct torchProduct = TorchProduct.of(x, w, rows, inputs, outputs);
    List<Runnable> contenders =
        List.of(
            () ->
                weights.multiply(
                    FloatRows.of(x, inputs, rows), null, FloatRows.of(y, outputs, rows), pool),
            torchProduct::run);
    Rounds rounds =
        pool.size() == 1 ? Rounds.alone(ROUNDS, contenders) : Rounds.pausing(ROUNDS, contenders);
    requireEqual(y, torchProduct.result());
    double operations = 2.0 * rows * inputs * outputs;
    page.append(
        "| %d × %d × %d | %d | %.1f | %.1f | %.2f | %.2f … %.2f |%n"
            .formatted(
                rows,
                inputs,
                outputs,
                pool.size(),
                operations / rounds.median(0),
                operations / rounds.median(1),
                rounds.speedUp(0, 1, 0.5),
                rounds.speedUp(0, 1, 0),
                rounds.speedUp(0, 1, 1)));
  }

  /** Both must have computed the same thing for the comparison to mean anything. */
  private static void requireEqual(float[] ours, float[] theirs) {
    for (int i = 0; i < ours.length; i++) {
      if (Math.abs(ours[i] - theirs[i]) > 1e-3 * (1 + Math.abs(theirs[i]))) {
        throw new IllegalStateException(
            "value %d: %g here, %g there".formatted(i, ours[i], theirs[i]));
      }
    }
  }
}
