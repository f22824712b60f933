package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the copy promises about the matrix. */
final class ScreeningMatrixTest {
  private static final int ROWS = 20;

  /** Random rows for each head; lab/results/lossless.md tells of 250,000. */
  private static final int RANDOM_ROWS = Integer.getInteger("deed.test.screening", 1000);

  private static final int BLOCK = 50;

  private static final ScreeningMatrix.Question ANY = new Asked(false, known -> true);

  private record Asked(boolean asksTwo, Predicate<ScreeningMatrix.Settled> enough)
      implements ScreeningMatrix.Question {
    @Override
    public boolean isAnswered(ScreeningMatrix.Settled known) {
      return enough.test(known);
    }
  }

  private static ScreeningMatrix screen(WeightMatrix matrix) {
    return ScreeningMatrix.of(
        matrix, KernelChoice.packing(), KernelChoice.kernels(), Arena.ofAuto());
  }

  /** The matrix's outputs and what the copy says, row by row. */
  @ParameterizedTest
  @CsvSource({"FP32,3,5", "FP32,500,64", "FP32,2000,128", "BF16,500,64", "FP32,70,701"})
  void findsTheLargestAndBoundsItsProbability(WeightPrecision precision, int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 1);
    // Rows of very different lengths, as token tables have them, and much in common.
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weights[i] * (0.2f + i / inputs % 7) + i % inputs % 3;
    }
    WeightMatrix matrix = KernelChoice.packing().pack(precision, weights, outputs, inputs);
    ScreeningMatrix screen = screen(matrix);
    float[] bias = Samples.normal(outputs, 2);
    float[] x = Samples.normal(ROWS * inputs, 3);
    for (int row = 0; row < ROWS; row++) {
      // Nearer and nearer to a row of the matrix, which then has the largest output.
      for (int k = 0; k < inputs; k++) {
        int at = row * inputs + k;
        float toward = weights[row * 7 % outputs * inputs + k];
        x[at] = (x[at] + row / 3f * toward) * row / 10f / (float) Math.sqrt(inputs);
      }
    }
    float[] exact = new float[ROWS * outputs];
    float[] near = new float[ROWS * outputs];
    int settled = 0;
    try (ThreadPool pool = ThreadPool.of(1)) {
      matrix.multiply(
          FloatRows.of(x, inputs, ROWS), bias, FloatRows.of(exact, outputs, ROWS), pool);
      screen.multiply(x, ROWS, bias, near, pool);
      for (int row = 0; row < ROWS; row++) {
        LogitStatistics truth = KernelChoice.kernels().statistics(exact, row * outputs, outputs);
        float[] y = Arrays.copyOfRange(near, row * outputs, (row + 1) * outputs);
        int rounds = row % 4;
        int[] asked = {0};
        ScreeningMatrix.Settled found =
            screen.settle(
                x, row, bias, 0, y, new Asked(row % 3 == 0, known -> asked[0]++ == rounds));
        if (found != null) {
          settled++;
          assertThat(found.statistics().argmax()).isEqualTo(truth.argmax());
          assertThat(found.statistics().max()).isEqualTo(truth.max());
          assertThat(truth.maxProbability()).isBetween(found.lowest(), found.highest());
          if (row % 3 == 0) {
            assertThat(found.statistics().secondMax()).isEqualTo(truth.secondMax());
          }
        }
      }
    }
    assertThat(settled).as("rows that are settled").isGreaterThan(ROWS / 3);
  }

  /** What decides an exit: the largest output, and whether its probability reaches a threshold. */
  @ParameterizedTest
  @CsvSource({"FP32,1000,64", "BF16,1000,64", "FP32,4000,32", "BF16,300,200"})
  void randomRowsAreDecidedAsByTheMatrix(WeightPrecision precision, int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 5);
    WeightMatrix matrix = KernelChoice.packing().pack(precision, weights, outputs, inputs);
    ScreeningMatrix screen = screen(matrix);
    Random random = new Random(6);
    int settled = 0;
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (int row = 0; row < RANDOM_ROWS; row += BLOCK) {
        settled += decidedAlike(screen, matrix, random, pool);
      }
    }
    assertThat(settled).as("rows that are settled").isGreaterThan(RANDOM_ROWS / 3);
  }

  /** {@return how many of a block's rows the copy settles} */
  private static int decidedAlike(
      ScreeningMatrix screen, WeightMatrix matrix, Random random, ThreadPool pool) {
    int inputs = matrix.inputs();
    int outputs = matrix.outputs();
    float[] x = new float[BLOCK * inputs];
    for (int row = 0; row < BLOCK; row++) {
      // From logits that hardly differ to those of which one stands out.
      double scale = random.nextDouble(0.1, 8) / Math.sqrt(inputs);
      for (int k = 0; k < inputs; k++) {
        x[row * inputs + k] = (float) (scale * random.nextGaussian());
      }
    }
    float[] exact = new float[BLOCK * outputs];
    float[] near = new float[BLOCK * outputs];
    matrix.multiply(
        FloatRows.of(x, inputs, BLOCK), null, FloatRows.of(exact, outputs, BLOCK), pool);
    screen.multiply(x, BLOCK, null, near, pool);
    int settled = 0;
    for (int row = 0; row < BLOCK; row++) {
      LogitStatistics truth = KernelChoice.kernels().statistics(exact, row * outputs, outputs);
      float[] y = Arrays.copyOfRange(near, row * outputs, (row + 1) * outputs);
      double threshold = random.nextDouble();
      ScreeningMatrix.Settled found =
          screen.settle(
              x,
              row,
              null,
              0,
              y,
              new Asked(
                  false, known -> (known.lowest() >= threshold) == (known.highest() >= threshold)));
      if (found != null) {
        settled++;
        assertThat(found.statistics().argmax()).isEqualTo(truth.argmax());
        assertThat(found.lowest() >= threshold).isEqualTo(truth.maxProbability() >= threshold);
      }
    }
    return settled;
  }

  /** Equal largest outputs, and others less by the smallest difference: the first of them wins. */
  @ParameterizedTest
  @CsvSource({"FP32,1000,64,2", "FP32,500,33,30", "BF16,1000,64,7"})
  void tiesAndNearTiesAreDecidedAsByTheMatrix(
      WeightPrecision precision, int outputs, int inputs, int alike) {
    Random random = new Random(7);
    int settled = 0;
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (int round = 0; round < ROWS; round++) {
        float[] weights = Samples.normal(outputs * inputs, 100 + round);
        float[] x = Samples.normal(inputs, 200 + round);
        for (int copy = 0; copy < alike; copy++) {
          int from = random.nextInt(outputs) * inputs;
          for (int k = 0; k < inputs; k++) {
            weights[from + k] = 2 * x[k];
          }
          if (random.nextBoolean()) {
            int at = from + random.nextInt(inputs);
            weights[at] = random.nextBoolean() ? Math.nextUp(weights[at]) : -weights[at] / 1e6f;
          }
        }
        WeightMatrix matrix = KernelChoice.packing().pack(precision, weights, outputs, inputs);
        float[] exact = new float[outputs];
        matrix.multiply(FloatRows.of(x, inputs, 1), null, FloatRows.of(exact, outputs, 1), pool);
        LogitStatistics truth = KernelChoice.kernels().statistics(exact, 0, outputs);
        ScreeningMatrix screen = screen(matrix);
        float[] y = new float[outputs];
        screen.multiply(x, 1, null, y, pool);
        ScreeningMatrix.Settled found = settle(screen, x, y);
        if (found != null) {
          settled++;
          assertThat(found.statistics().argmax()).isEqualTo(truth.argmax());
          assertThat(found.statistics().max()).isEqualTo(truth.max());
        }
      }
    }
    assertThat(settled).as("rows that are settled").isGreaterThan(ROWS / 2);
  }

  /** The softmax of what is settled comes as close as one asks. */
  @Test
  void whatIsAskedForIsComputed() {
    int inputs = 64;
    float[] weights = Samples.normal(1000 * inputs, 4);
    ScreeningMatrix screen =
        screen(KernelChoice.packing().pack(WeightPrecision.FP32, weights, 1000, inputs));
    float[] x = Arrays.copyOfRange(weights, 0, inputs);
    Asked close = new Asked(false, known -> known.highest() - known.lowest() < 1e-3);
    float[] y = new float[1000];
    try (ThreadPool pool = ThreadPool.of(1)) {
      screen.multiply(x, 1, null, y, pool);
      ScreeningMatrix.Settled found = screen.settle(x, 0, null, 0, y, close);
      assertThat(found).isNotNull();
    }
  }

  private static ScreeningMatrix.@Nullable Settled settle(
      ScreeningMatrix screen, float[] x, float[] y) {
    return screen.settle(x, 0, null, 0, y, ANY);
  }

  @Test
  void bansStay() {
    WeightMatrix matrix =
        KernelChoice.packing().pack(WeightPrecision.FP32, new float[] {4, 3, 2, 1}, 4, 1);
    float[] y = {Float.NEGATIVE_INFINITY, 3, 2, 1};
    ScreeningMatrix.Settled found =
        Objects.requireNonNull(settle(screen(matrix), new float[] {1}, y));
    assertThat(found.statistics().argmax()).isEqualTo(1);
    assertThat(y[0]).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void leavesItToTheMatrixWhereItCannotTell() {
    float[] alike = new float[100];
    Arrays.fill(alike, 1f);
    ScreeningMatrix screen =
        screen(KernelChoice.packing().pack(WeightPrecision.FP32, alike, 100, 1));
    assertThat(settle(screen, new float[] {1}, alike.clone())).isNull();
    assertThat(settle(screen, new float[] {Float.NaN}, new float[100])).isNull();
    assertThat(settle(screen, new float[] {Float.MAX_VALUE}, new float[100])).isNull();
    float[] none = new float[100];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    assertThat(settle(screen, new float[] {1}, none)).isNull();
  }

  @Test
  void oneOutputHasTheBitsOfTheProduct() {
    for (WeightPrecision precision : WeightPrecision.values()) {
      WeightMatrix matrix =
          KernelChoice.packing().pack(precision, Samples.normal(70 * 33, 1), 70, 33);
      float[] x = Samples.normal(34, 2);
      float[] y = new float[70];
      try (ThreadPool pool = ThreadPool.of(1)) {
        matrix.multiply(new FloatRows(x, 1, 33, 1), null, FloatRows.of(y, 70, 1), pool);
      }
      for (int output = 0; output < 70; output++) {
        assertThat(matrix.multiply(output, x, 1)).isEqualTo(y[output]);
      }
    }
  }
}
