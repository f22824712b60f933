package dev.deed.lab.kernels;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.ScreeningMatrix;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a screening copy settles of a head: {@code ScreeningReport FILE.safetensors}, with {@code
 * head} [tokens, width] and what it read in some steps, {@code hidden.1}, {@code hidden.2}, …
 * [steps, width], for each exit; or {@code ScreeningReport TOKENS WIDTH} for random numbers.
 */
public final class ScreeningReport {
  private static final int ROUNDS = 9;
  private static final int RANDOM_STEPS = 20;
  private static final double[] THRESHOLDS = {0.3, 0.5, 0.9, 0.99};

  private final WeightMatrix matrix;
  private final ScreeningMatrix screen;
  private final float[] hidden;
  private final int steps;
  private final float[] outputs;
  private final ThreadPool pool;

  private ScreeningReport(WeightMatrix matrix, float[] hidden, ThreadPool pool) {
    this.matrix = matrix;
    this.screen =
        ScreeningMatrix.of(matrix, KernelChoice.packing(), KernelChoice.kernels(), Arena.ofAuto());
    this.hidden = hidden;
    this.steps = hidden.length / matrix.inputs();
    this.outputs = new float[matrix.outputs()];
    this.pool = pool;
  }

  /**
   * Prints a table.
   *
   * @throws InterruptedException when it is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(
        """
        | head | exit | steps | largest settled | outputs computed | settled at 0.3 | 0.5 | 0.9 | \
        0.99 | whole ms | screened ms | ratio | in the rounds |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|\
        """);
    if (args.length > 1) {
      int width = Integer.parseInt(args[1]);
      float[] head = RandomArrays.normal(Math.multiplyExact(Integer.parseInt(args[0]), width), 1);
      report(head, width, "random", RandomArrays.normal(RANDOM_STEPS * width, 2));
      return;
    }
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(args[0]))) {
      Map<String, Tensor> tensors = file.tensors();
      Tensor head = Objects.requireNonNull(tensors.get("head"), "head");
      for (int layer = 1; tensors.containsKey("hidden." + layer); layer++) {
        Tensor hidden = Objects.requireNonNull(tensors.get("hidden." + layer));
        report(head.toFloats(), head.shape().getLast(), "" + layer, hidden.toFloats());
      }
    }
  }

  private static void report(float[] head, int width, String exit, float[] hidden)
      throws InterruptedException {
    for (WeightPrecision precision : List.of(WeightPrecision.FP32, WeightPrecision.BF16)) {
      WeightMatrix matrix =
          KernelChoice.packing().pack(precision, head, head.length / width, width);
      try (ThreadPool pool = ThreadPool.of(1)) {
        new ScreeningReport(matrix, hidden, pool).report(exit);
      }
    }
  }

  private void report(String exit) throws InterruptedException {
    int settled = 0;
    long computed = 0;
    int[] decided = new int[THRESHOLDS.length];
    for (int step = 0; step < steps; step++) {
      LogitStatistics truth = whole(step);
      ScreeningMatrix.Settled largest = settle(step, new Threshold(0));
      if (largest != null) {
        require(largest.statistics().argmax() == truth.argmax());
        settled++;
        computed += largest.computed();
      }
      for (int i = 0; i < THRESHOLDS.length; i++) {
        decided[i] += decides(step, THRESHOLDS[i], truth) ? 1 : 0;
      }
    }
    int[] next = {0, 0};
    Rounds rounds =
        Rounds.alone(
            ROUNDS,
            List.of(
                () -> whole(next[0]++ % steps),
                () -> settle(next[1]++ % steps, new Threshold(THRESHOLDS[1]))));
    System.out.printf(
        Locale.ROOT,
        "| %s, %d × %d | %s | %d | %d | %.1f | %d | %d | %d | %d | %.2f | %.2f | %.2f |"
            + " %.2f … %.2f |%n",
        matrix.precision(),
        matrix.outputs(),
        matrix.inputs(),
        exit,
        steps,
        settled,
        (double) computed / Math.max(1, settled),
        decided[0],
        decided[1],
        decided[2],
        decided[3],
        rounds.median(0) / 1e6,
        rounds.median(1) / 1e6,
        rounds.speedUp(1, 0, 0.5),
        rounds.speedUp(1, 0, 0),
        rounds.speedUp(1, 0, 1));
  }

  private LogitStatistics whole(int step) {
    FloatRows x = new FloatRows(hidden, step * matrix.inputs(), matrix.inputs(), 1);
    matrix.multiply(x, null, FloatRows.of(outputs, outputs.length, 1), pool);
    return KernelChoice.kernels().statistics(outputs, 0, outputs.length);
  }

  private ScreeningMatrix.@Nullable Settled settle(int step, ScreeningMatrix.Question question) {
    int width = matrix.inputs();
    float[] x = Arrays.copyOfRange(hidden, step * width, (step + 1) * width);
    screen.multiply(x, 1, null, outputs, pool);
    return screen.settle(x, 0, null, 0, outputs, question);
  }

  /** Asks whether the largest probability reaches it. */
  private record Threshold(double value) implements ScreeningMatrix.Question {
    @Override
    public boolean asksTwo() {
      return false;
    }

    @Override
    public boolean isAnswered(ScreeningMatrix.Settled known) {
      return known.lowest() >= value || known.highest() < value;
    }
  }

  private boolean decides(int step, double threshold, LogitStatistics truth) {
    ScreeningMatrix.Settled sure = settle(step, new Threshold(threshold));
    if (sure == null) {
      return false;
    }
    require(sure.lowest() >= threshold == truth.maxProbability() >= threshold);
    return true;
  }

  /** Both must say the same for the comparison to mean anything. */
  private static void require(boolean same) {
    if (!same) {
      throw new IllegalStateException("the copy gives another token or another exit");
    }
  }
}
