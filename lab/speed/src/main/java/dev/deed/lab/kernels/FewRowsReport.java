package dev.deed.lab.kernels;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightMemory;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What the products of decoder layers take for one to nine rows, in microseconds of one thread:
 * {@code FewRowsReport WIDTH LAYERS}. A layer has six matrices, the feed-forward width is four
 * times its own; the layers take turns, so that weights come from where they lie in a model.
 * Medians.
 */
public final class FewRowsReport {
  private static final int MOST_ROWS = 9;
  private static final int ROUNDS = 15;

  private FewRowsReport() {}

  public static void main(String[] args) throws InterruptedException {
    int width = Integer.parseInt(args[0]);
    int layers = Integer.parseInt(args[1]);
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (WeightPrecision precision :
          new WeightPrecision[] {
            WeightPrecision.FP32, WeightPrecision.BF16, WeightPrecision.INT8
          }) {
        System.out.println(row(precision, width, layers, pool));
      }
    }
  }

  private static String row(WeightPrecision precision, int width, int layers, ThreadPool pool)
      throws InterruptedException {
    int inner = 4 * width;
    int[][] shapes = {
      {width, 3 * width},
      {width, width},
      {width, width},
      {width, width},
      {width, inner},
      {inner, width}
    };
    WeightMemory memory = new WeightMemory();
    List<WeightMatrix> weights = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int[] shape : shapes) {
        weights.add(
            KernelChoice.packing()
                .pack(precision, RandomArrays.sameRow(shape[0]), shape[1], shape[0], memory));
      }
    }
    float[] x = RandomArrays.normal(MOST_ROWS * inner, 2);
    float[] y = new float[MOST_ROWS * inner];
    List<Runnable> contenders =
        IntStream.rangeClosed(1, MOST_ROWS)
            .<Runnable>mapToObj(rows -> () -> multiply(weights, rows, x, y, pool))
            .toList();
    Rounds rounds = Rounds.alone(ROUNDS, contenders);
    StringBuilder line = new StringBuilder("| width " + width + ", " + precision.name());
    for (int rows = 1; rows <= MOST_ROWS; rows++) {
      line.append(String.format(Locale.ROOT, " | %.0f", rounds.median(rows - 1) / 1e3));
    }
    return line.append(" |").toString();
  }

  private static void multiply(
      List<WeightMatrix> weights, int rows, float[] x, float[] y, ThreadPool pool) {
    for (WeightMatrix matrix : weights) {
      matrix.multiply(
          FloatRows.of(x, matrix.inputs(), rows),
          null,
          FloatRows.of(y, matrix.outputs(), rows),
          pool);
    }
  }
}
