package dev.deed.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What w16a16 promises, where the processor multiplies bf16. */
class OneDnnBf16EngineTest {
  private static final int ROWS = 75;

  @BeforeAll
  static void whereThereIsOne() {
    String obstacle = new OneDnnBf16Engine().obstacle();
    assumeTrue(obstacle == null, obstacle);
  }

  /** Rows alone, in other places of a block, beside others, by several threads. */
  @ParameterizedTest
  @CsvSource({
    "1,1",
    "7,5",
    "64,64",
    "33,129",
    "768,768",
    "100,1500",
    "768,3072",
    "1000,3",
    "9,4097"
  })
  void bitsOfARowDependOnThatRowAlone(int outputs, int inputs) {
    Random random = new Random(outputs + inputs);
    WeightMatrix matrix = matrix(random, outputs, inputs);
    float[] bias = floats(random, outputs);
    float[] x = floats(random, ROWS * inputs);
    float[] alone = new float[ROWS * outputs];
    try (WorkerTeam one = WorkerTeam.of(1);
        WorkerTeam three = WorkerTeam.of(3)) {
      for (int r = 0; r < ROWS; r++) {
        multiply(matrix, x, r, 1, bias, alone, one);
      }
      for (int first = 0; first < ROWS; first += 1 + first) {
        for (int count = 1; first + count <= ROWS; count += 1 + count / 2) {
          float[] y = new float[ROWS * outputs];
          multiply(matrix, x, first, count, bias, y, count % 2 == 0 ? one : three);
          int from = first * outputs;
          int end = from + count * outputs;
          assertThat(Arrays.copyOfRange(y, from, end))
              .as("%d rows from %d on", count, first)
              .isEqualTo(Arrays.copyOfRange(alone, from, end));
        }
      }
    }
  }

  /** The same numbers in fp32, whose sums are rounded in another order. */
  @ParameterizedTest
  @CsvSource({"33,129", "768,768", "64,4096"})
  void sumsAreThoseOfRoundedNumbers(int outputs, int inputs) {
    Random random = new Random(inputs);
    WeightMatrix matrix = matrix(random, outputs, inputs);
    float[] x = floats(random, ROWS * inputs);
    for (int i = 0; i < x.length; i++) {
      // Numbers that bf16 holds exactly.
      x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[i]) & 0xffff0000);
    }
    float[] y = new float[ROWS * outputs];
    try (WorkerTeam one = WorkerTeam.of(1)) {
      multiply(matrix, x, 0, ROWS, new float[outputs], y, one);
    }
    float[] weights = new float[inputs];
    for (int o = 0; o < outputs; o++) {
      matrix.copyRow(o, weights, 0);
      for (int r = 0; r < ROWS; r++) {
        double sum = 0;
        double size = 0;
        for (int k = 0; k < inputs; k++) {
          double product = (double) x[r * inputs + k] * weights[k];
          sum += product;
          size += Math.abs(product);
        }
        assertThat((double) y[r * outputs + o]).isCloseTo(sum, within(1e-5 * size));
      }
      assertThat(matrix.multiply(o, x, 0)).isEqualTo(y[o]);
    }
  }

  private static void multiply(
      WeightMatrix matrix,
      float[] x,
      int first,
      int count,
      float[] bias,
      float[] y,
      WorkerTeam team) {
    int inputs = matrix.inputs();
    int outputs = matrix.outputs();
    matrix.multiply(
        new FloatRows(x, first * inputs, inputs, count),
        bias,
        new FloatRows(y, first * outputs, outputs, count),
        team);
  }

  private static WeightMatrix matrix(Random random, int outputs, int inputs) {
    return KernelChoice.packing()
        .pack(WeightPrecision.W16A16, floats(random, outputs * inputs), outputs, inputs);
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
