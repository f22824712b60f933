package dev.deed.tensor.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.tensor.CountingArena;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Int8Rounding;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.Samples;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PackedMatrixTest {
  @ParameterizedTest
  @CsvSource({"1,1", "3,5", "31,7", "32,8", "33,9", "70,16", "128,130"})
  void multipliesInTheOrderPromised(int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 1);
    float[] bias = Samples.normal(outputs, 2);
    float[] x = Samples.normal(4 * inputs, 3);
    float[] y = new float[4 * outputs];
    try (ThreadPool pool = ThreadPool.of(1)) {
      KernelChoice.packing()
          .pack(WeightPrecision.FP32, weights, outputs, inputs)
          .multiply(FloatRows.of(x, inputs, 4), bias, FloatRows.of(y, outputs, 4), pool);
    }
    for (int r = 0; r < 4; r++) {
      for (int o = 0; o < outputs; o++) {
        float sum = 0f;
        for (int k = 0; k < inputs; k++) {
          sum = Math.fma(x[r * inputs + k], weights[o * inputs + k], sum);
        }
        assertThat(y[r * outputs + o]).isEqualTo(sum + bias[o]);
      }
    }
  }

  /** What a matrix takes while it is packed: its own bytes, and a few rows in fp32. */
  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void rowsAreReadAFewAtATimeAndWeightsHeldOnce(WeightPrecision precision) {
    int outputs = 700;
    int inputs = 128;
    AtomicInteger mostRows = new AtomicInteger();
    CountingArena allocated = new CountingArena();
    WeightMatrix matrix =
        KernelChoice.packing()
            .pack(
                precision,
                (first, count, target) -> {
                  mostRows.accumulateAndGet(count, Math::max);
                  Arrays.fill(target, 0, count * inputs, first);
                },
                outputs,
                inputs,
                allocated);
    try (ThreadPool pool = ThreadPool.of(2)) {
      float[] x = Samples.normal(40 * inputs, 1);
      float[] y = new float[40 * outputs];
      for (int rows : new int[] {1, 40}) {
        matrix.multiply(FloatRows.of(x, inputs, rows), null, FloatRows.of(y, outputs, rows), pool);
      }
    }
    long least = (long) outputs * inputs * precision.bytes();
    assertThat(allocated.bytes().get()).isBetween(least, least * 11 / 10);
    assertThat(mostRows).hasValueLessThanOrEqualTo(32);
  }

  @Test
  void keepsToOffsetsAndStrides() {
    float[] x = {9, 1, 2, 9, 9, 3, 4, 9};
    float[] y = new float[8];
    try (ThreadPool pool = ThreadPool.of(1)) {
      KernelChoice.packing()
          .pack(WeightPrecision.FP32, new float[] {1, 10}, 1, 2)
          .multiply(new FloatRows(x, 1, 4, 2), null, new FloatRows(y, 2, 3, 2), pool);
    }
    assertThat(y).containsExactly(0, 0, 21, 0, 0, 43, 0, 0);
  }

  @Test
  void rowsComeBackFromStackedSources() {
    int inputs = 5;
    float[] first = Samples.normal(40 * inputs, 4);
    float[] second = Samples.normal(3 * inputs, 5);
    WeightMatrix matrix =
        KernelChoice.packing()
            .stack(
                WeightPrecision.FP32,
                List.of(
                    new RowBlock(RowSource.of(first, inputs), 40),
                    new RowBlock(RowSource.of(second, inputs), 3)),
                inputs,
                Arena.ofAuto());
    assertThat(matrix.outputs()).isEqualTo(43);
    float[] row = new float[inputs + 1];
    for (int o = 0; o < 43; o++) {
      matrix.copyRow(o, row, 1);
      for (int k = 0; k < inputs; k++) {
        assertThat(row[k + 1])
            .isEqualTo(o < 40 ? first[o * inputs + k] : second[(o - 40) * inputs + k]);
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    for (int length : new int[] {5, 7}) {
      assertThatThrownBy(
              () -> KernelChoice.packing().pack(WeightPrecision.FP32, new float[length], 2, 3))
          .isInstanceOf(IllegalArgumentException.class);
    }
    WeightMatrix matrix = KernelChoice.packing().pack(WeightPrecision.FP32, new float[6], 2, 3);
    try (ThreadPool pool = ThreadPool.of(1)) {
      assertThatThrownBy(
              () ->
                  matrix.multiply(
                      FloatRows.of(new float[5], 3, 2),
                      null,
                      FloatRows.of(new float[4], 2, 2),
                      pool))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(
              () ->
                  matrix.multiply(
                      FloatRows.of(new float[6], 3, 2),
                      null,
                      new FloatRows(new float[4], 1, 2, 2),
                      pool))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(
              () ->
                  matrix.multiply(
                      FloatRows.of(new float[6], 2, 2),
                      null,
                      FloatRows.of(new float[4], 2, 2),
                      pool))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  matrix.multiply(
                      FloatRows.of(new float[6], 3, 2),
                      new float[1],
                      FloatRows.of(new float[4], 2, 2),
                      pool))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> matrix.copyRow(2, new float[3], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void bf16RoundsToNearestEven() {
    float[] weights = {
      1f, 1.00390625f, 1.01171875f, -3.1415927f, Float.MAX_VALUE, Float.NaN, 1e-40f
    };
    float[] row = row(WeightPrecision.BF16, weights);
    assertThat(row)
        .containsExactly(
            1f, 1f, 1.015625f, -3.140625f, Float.POSITIVE_INFINITY, Float.NaN, 9.1835e-41f);
  }

  @Test
  void int8CountsInPartsOfTheLargestWeight() {
    float scale = Int8Rounding.scale(2.54f);
    assertThat(scale).isCloseTo(2.54f / 127, Percentage.withPercentage(1e-3));
    assertThat(row(WeightPrecision.INT8, new float[] {-2.54f, 0.02f, 0.0299f, 0.0301f, 0f}))
        .containsExactly(-127 * scale, scale, scale, 2 * scale, 0f);
    assertThat(row(WeightPrecision.INT8, new float[] {0f, -0f})).containsExactly(0f, 0f);
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> row(WeightPrecision.INT8, new float[] {1f, wrong}))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("not finite");
    }
  }

  @Test
  void int8BecomesTheSameNumbersAgain() {
    Random random = new Random(4);
    for (int i = 0; i < 1_000; i++) {
      float[] weights = new float[40];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-30, 20)));
      }
      float[] once = row(WeightPrecision.INT8, weights);
      assertThat(row(WeightPrecision.INT8, once)).containsExactly(once);
    }
  }

  @Test
  void narrowWeightsTakeLessMemory() {
    assertThat(allocated(WeightPrecision.FP32, 64)).isEqualTo(25_600);
    assertThat(allocated(WeightPrecision.BF16, 64)).isEqualTo(12_800);
    assertThat(allocated(WeightPrecision.INT8, 64)).isEqualTo(6_400);
  }

  @Test
  void theLastPanelIsPadded() {
    assertThat(allocated(WeightPrecision.FP32, 43)).isEqualTo(25_600);
  }

  /** Bytes that weights of 100 inputs take. */
  private static long allocated(WeightPrecision precision, int outputs) {
    CountingArena counting = new CountingArena();
    RowBlock block = new RowBlock(RowSource.of(new float[outputs * 100], 100), outputs);
    KernelChoice.packing().stack(precision, List.of(block), 100, counting);
    return counting.bytes().get();
  }

  private static float[] row(WeightPrecision precision, float[] weights) {
    float[] row = new float[weights.length];
    KernelChoice.packing().pack(precision, weights, 1, weights.length).copyRow(0, row, 0);
    return row;
  }
}
