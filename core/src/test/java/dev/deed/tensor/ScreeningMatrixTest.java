package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.choice.KernelChoice;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the copy promises about the matrix. */
final class ScreeningMatrixTest {
  private static final int ROWS = 20;

  /** The matrix's outputs and what the copy says, row by row. */
  @ParameterizedTest
  @CsvSource({"FP32,3,5", "FP32,500,64", "FP32,2000,128", "BF16,500,64", "FP32,70,700"})
  void findsTheLargestAndBoundsItsProbability(Precision precision, int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 1);
    // Rows of very different lengths, as token tables have them.
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= 0.2f + i / inputs % 7;
    }
    WeightMatrix matrix = KernelChoice.packing().pack(precision, weights, outputs, inputs);
    ScreeningMatrix screen =
        ScreeningMatrix.of(matrix, KernelChoice.packing(), KernelChoice.kernels());
    float[] bias = Samples.normal(outputs, 2);
    float[] x = Samples.normal(ROWS * inputs, 3);
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < inputs; k++) {
        x[row * inputs + k] *= row / 10f / (float) Math.sqrt(inputs);
      }
    }
    float[] exact = new float[ROWS * outputs];
    float[] near = new float[ROWS * outputs];
    int settled = 0;
    try (WorkerTeam team = WorkerTeam.of(1)) {
      matrix.multiply(
          FloatRows.of(x, inputs, ROWS), bias, FloatRows.of(exact, outputs, ROWS), team);
      screen.multiply(x, ROWS, bias, near, team);
    }
    for (int row = 0; row < ROWS; row++) {
      LogitStatistics truth = KernelChoice.kernels().statistics(exact, row * outputs, outputs);
      float[] y = new float[outputs];
      System.arraycopy(near, row * outputs, y, 0, outputs);
      ScreeningMatrix.Settled found = screen.settle(x, row, bias, y);
      if (found != null) {
        settled++;
        assertThat(found.statistics().argmax()).isEqualTo(truth.argmax());
        assertThat(found.statistics().max()).isEqualTo(truth.max());
        assertThat(truth.maxProbability()).isBetween(found.lowest(), found.highest());
      }
    }
    assertThat(settled).as("rows that are settled").isGreaterThan(ROWS / 2);
  }

  @Test
  void bansStay() {
    WeightMatrix matrix =
        KernelChoice.packing().pack(Precision.FP32, new float[] {4, 3, 2, 1}, 4, 1);
    ScreeningMatrix screen =
        ScreeningMatrix.of(matrix, KernelChoice.packing(), KernelChoice.kernels());
    float[] y = {Float.NEGATIVE_INFINITY, 3, 2, 1};
    ScreeningMatrix.Settled found =
        Objects.requireNonNull(screen.settle(new float[] {1}, 0, null, y));
    assertThat(found.statistics().argmax()).isEqualTo(1);
    assertThat(y[0]).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void leavesItToTheMatrixWhereItCannotTell() {
    float[] alike = new float[100];
    Arrays.fill(alike, 1f);
    ScreeningMatrix screen =
        ScreeningMatrix.of(
            KernelChoice.packing().pack(Precision.FP32, alike, 100, 1),
            KernelChoice.packing(),
            KernelChoice.kernels());
    assertThat(screen.settle(new float[] {1}, 0, null, alike.clone())).isNull();
    assertThat(screen.settle(new float[] {Float.NaN}, 0, null, new float[100])).isNull();
    assertThat(screen.settle(new float[] {Float.MAX_VALUE}, 0, null, new float[100])).isNull();
    float[] none = new float[100];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    assertThat(screen.settle(new float[] {1}, 0, null, none)).isNull();
  }

  @Test
  void oneOutputHasTheBitsOfTheProduct() {
    for (Precision precision : Precision.values()) {
      WeightMatrix matrix =
          KernelChoice.packing().pack(precision, Samples.normal(70 * 33, 1), 70, 33);
      float[] x = Samples.normal(34, 2);
      float[] y = new float[70];
      try (WorkerTeam team = WorkerTeam.of(1)) {
        matrix.multiply(new FloatRows(x, 1, 33, 1), null, FloatRows.of(y, 70, 1), team);
      }
      for (int output = 0; output < 70; output++) {
        assertThat(matrix.multiply(output, x, 1)).isEqualTo(y[output]);
      }
    }
  }
}
