package dev.deed.tensor.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.Samples;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightPacking;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bits of a product depend neither on the kernel nor on rows, threads or neighbours. */
class MatrixTwinsTest {
  /** Each way to divide rows into tiles, of few rows and of many that are widened beforehand. */
  private static final int[] ROW_COUNTS =
      IntStream.concat(IntStream.rangeClosed(0, 14), IntStream.rangeClosed(23, 31)).toArray();

  private static WeightMatrix matrix(
      WeightPrecision precision, int outputs, int inputs, WeightPacking packing) {
    RowSource rows = RowSource.of(Samples.normal(outputs * inputs, 1), inputs);
    List<RowBlock> blocks = List.of(new RowBlock(rows, outputs));
    return packing.stack(precision, blocks, inputs, Arena.ofAuto());
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "2,3",
    "15,4",
    "16,16",
    "17,5",
    "31,64",
    "32,33",
    "33,1",
    "64,7",
    "65,32",
    "96,100",
    "127,13",
    "128,128",
    "160,31",
    "500,70",
    "1000,9",
    "40,0",
    "70,0",
    // Beyond a megabyte, which several rows take otherwise: four, two strips and one at a time.
    "500,560",
    "200,1500",
    "70,1501"
  })
  void vectorEqualsScalarForEveryRowCount(int outputs, int inputs) {
    vectorEqualsScalarInEveryPrecision(outputs, inputs);
  }

  @Test
  @Tag("night")
  void vectorEqualsScalarForLongRows() {
    vectorEqualsScalarInEveryPrecision(70, 7000);
  }

  private static void vectorEqualsScalarInEveryPrecision(int outputs, int inputs) {
    for (WeightPrecision precision : WeightPrecision.values()) {
      vectorEqualsScalar(precision, outputs, inputs);
    }
  }

  private static void vectorEqualsScalar(WeightPrecision precision, int outputs, int inputs) {
    WeightMatrix scalar = matrix(precision, outputs, inputs, KernelChoice.scalar().packing());
    WeightMatrix vector = matrix(precision, outputs, inputs, KernelChoice.packing());
    float[] bias = Samples.normal(outputs, 2);
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (int rows : ROW_COUNTS) {
        float[] x = Samples.normal(rows * (inputs + 1) + 1, 3);
        float[] expected = Samples.normal(rows * (outputs + 3) + 2, 4);
        float[] actual = expected.clone();
        scalar.multiply(
            new FloatRows(x, 1, inputs + 1, rows),
            bias,
            new FloatRows(expected, 2, outputs + 3, rows),
            pool);
        vector.multiply(
            new FloatRows(x, 1, inputs + 1, rows),
            bias,
            new FloatRows(actual, 2, outputs + 3, rows),
            pool);
        assertThat(actual).isEqualTo(expected);
        scalar.multiply(
            new FloatRows(x, 1, inputs + 1, rows),
            null,
            new FloatRows(expected, 2, outputs + 3, rows),
            pool);
        vector.multiply(
            new FloatRows(x, 1, inputs + 1, rows),
            null,
            new FloatRows(actual, 2, outputs + 3, rows),
            pool);
        assertThat(actual).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,700,301",
    "2,333,512",
    "5,500,200",
    "64,129,96",
    "300,33,70",
    "300,70,96",
    "301,17,130"
  })
  void threadsChangeNothing(int rows, int outputs, int inputs) {
    for (WeightPrecision precision : WeightPrecision.values()) {
      threadsChangeNothing(precision, rows, outputs, inputs);
    }
  }

  private static void threadsChangeNothing(
      WeightPrecision precision, int rows, int outputs, int inputs) {
    WeightMatrix matrix = matrix(precision, outputs, inputs, KernelChoice.packing());
    float[] bias = Samples.normal(outputs, 2);
    float[] x = Samples.normal(rows * inputs, 3);
    float[] alone = new float[rows * outputs];
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (int r = 0; r < rows; r++) {
        matrix.multiply(
            new FloatRows(x, r * inputs, inputs, 1),
            bias,
            new FloatRows(alone, r * outputs, outputs, 1),
            pool);
      }
    }
    for (int threads = 1; threads <= 3; threads++) {
      float[] y = new float[rows * outputs];
      try (ThreadPool pool = ThreadPool.of(threads)) {
        matrix.multiply(FloatRows.of(x, inputs, rows), bias, FloatRows.of(y, outputs, rows), pool);
      }
      assertThat(y).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void aStackEqualsItsBlocks(WeightPrecision precision) {
    int inputs = 40;
    float[] first = Samples.normal(50 * inputs, 5);
    float[] second = Samples.normal(21 * inputs, 6);
    WeightMatrix stack =
        KernelChoice.packing()
            .stack(
                precision,
                List.of(
                    new RowBlock(RowSource.of(first, inputs), 50),
                    new RowBlock(RowSource.of(second, inputs), 21)),
                inputs,
                Arena.ofAuto());
    float[] x = Samples.normal(3 * inputs, 7);
    float[] together = new float[3 * 71];
    float[] apart = new float[3 * 71];
    try (ThreadPool pool = ThreadPool.of(1)) {
      stack.multiply(FloatRows.of(x, inputs, 3), null, FloatRows.of(together, 71, 3), pool);
      KernelChoice.packing()
          .pack(precision, first, 50, inputs)
          .multiply(FloatRows.of(x, inputs, 3), null, FloatRows.of(apart, 71, 3), pool);
      KernelChoice.packing()
          .pack(precision, second, 21, inputs)
          .multiply(FloatRows.of(x, inputs, 3), null, new FloatRows(apart, 50, 71, 3), pool);
    }
    assertThat(together).isEqualTo(apart);
  }
}
