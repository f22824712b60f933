package dev.deed.tensor.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.tensor.CountingArena;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.Samples;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.tensor.kernel.ScalarIntegerKernel;
import dev.deed.tensor.kernel.ScalarQuadKernel;
import dev.deed.tensor.kernel.VectorIntegerKernel;
import dev.deed.tensor.kernel.VectorLanes;
import dev.deed.tensor.kernel.VectorQuadKernel;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounded inputs: what is computed, and that an engine computes the same bits. */
class QuantizedMatrixTest {
  private static final List<Kernels> KERNELS = kernels();

  /** Those without an engine, and those beside one. */
  private record Kernels(IntegerKernel integers, QuadKernel quads) {}

  /** Of vectors where they are long enough for bytes. */
  private static List<Kernels> kernels() {
    Kernels scalar = new Kernels(new ScalarIntegerKernel(), new ScalarQuadKernel());
    return VectorLanes.COUNT < 8
        ? List.of(scalar)
        : List.of(scalar, new Kernels(new VectorIntegerKernel(), new VectorQuadKernel()));
  }

  /** One sum after the other, in memory that is checked to be what an engine is promised. */
  private record PlainEngine(int leastRows, AtomicInteger products) implements Int8Engine {
    PlainEngine(int leastRows) {
      this(leastRows, new AtomicInteger());
    }

    @Override
    public String name() {
      return "plain";
    }

    @Override
    public @Nullable String obstacle() {
      return null;
    }

    @Override
    public Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory) {
      assertThat(panels.isNative() && panels.address() % 64 == 0).isTrue();
      QuadPanels weights = new QuadPanels(panels, new float[0], new int[0], outputs, inputs);
      return (x, rows, sums) -> {
        assertThat(x.isNative()).isTrue();
        assertThat(sums.isNative() && sums.address() % 64 == 0).isTrue();
        assertThat(rows).isGreaterThanOrEqualTo(leastRows);
        products.incrementAndGet();
        for (int r = 0; r < rows; r++) {
          for (int o = 0; o < outputs; o++) {
            int sum = 0;
            for (int k = 0; k < inputs; k++) {
              byte input = x.get(ValueLayout.JAVA_BYTE, (long) r * inputs + k);
              sum += Byte.toUnsignedInt(input) * weights.weight(o, k);
            }
            sums.setAtIndex(ValueLayout.JAVA_INT, (long) r * outputs + o, sum);
          }
        }
      };
    }
  }

  private static WeightMatrix matrix(
      float[] rowMajor, int inputs, Kernels kernels, Int8Engine engine) {
    return matrix(rowMajor, inputs, kernels, engine, Arena.ofAuto());
  }

  private static WeightMatrix matrix(
      float[] rowMajor, int inputs, Kernels kernels, Int8Engine engine, Arena memory) {
    List<RowBlock> blocks = blocks(rowMajor, inputs);
    return new EngineMatrix(blocks, inputs, memory, kernels.quads, new EngineChoice(engine));
  }

  /** Two blocks, of which the second begins within a panel where there are rows enough. */
  private static List<RowBlock> blocks(float[] rowMajor, int inputs) {
    int outputs = rowMajor.length / inputs;
    int first = outputs / 3;
    float[] rest = Arrays.copyOfRange(rowMajor, first * inputs, rowMajor.length);
    return List.of(
        new RowBlock(RowSource.of(rowMajor, inputs), first),
        new RowBlock(RowSource.of(rest, inputs), outputs - first));
  }

  @ParameterizedTest
  @CsvSource({
    "1,33,20",
    "7,33,20",
    "64,100,17",
    "70,31,64",
    "129,64,7",
    "130,40,1500",
    "5,1000,16",
    "300,600,8"
  })
  void anEngineChangesNoBit(int rows, int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 1);
    float[] bias = Samples.normal(outputs, 2);
    float[] x = Samples.normal(rows * (inputs + 1) + 1, 3);
    for (Kernels kernel : KERNELS) {
      List<RowBlock> blocks = blocks(weights, inputs);
      WeightMatrix without = new QuantizedMatrix(blocks, inputs, Arena.ofAuto(), kernel.integers);
      WeightMatrix never = matrix(weights, inputs, kernel, new PlainEngine(Integer.MAX_VALUE));
      WeightMatrix always = matrix(weights, inputs, kernel, new PlainEngine(1));
      for (int threads = 1; threads <= 3; threads++) {
        try (ThreadPool pool = ThreadPool.of(threads)) {
          for (float[] added : new float[][] {null, bias}) {
            float[] expected = new float[rows * (outputs + 2) + 3];
            without.multiply(
                new FloatRows(x, 1, inputs + 1, rows),
                added,
                new FloatRows(expected, 3, outputs + 2, rows),
                pool);
            for (WeightMatrix matrix : List.of(never, always)) {
              float[] actual = new float[expected.length];
              matrix.multiply(
                  new FloatRows(x, 1, inputs + 1, rows),
                  added,
                  new FloatRows(actual, 3, outputs + 2, rows),
                  pool);
              assertThat(actual).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"33,20", "64,64", "200,70", "1000,16"})
  void rowsAndSingleOutputsAreThoseOfTheOtherLayout(int outputs, int inputs) {
    float[] weights = Samples.normal(outputs * inputs, 1);
    float[] x = Samples.normal(inputs + 1, 3);
    for (Kernels kernel : KERNELS) {
      WeightMatrix expected =
          new QuantizedMatrix(blocks(weights, inputs), inputs, Arena.ofAuto(), kernel.integers);
      WeightMatrix actual = matrix(weights, inputs, kernel, new PlainEngine(2));
      float[] expectedRow = new float[inputs + 1];
      float[] actualRow = new float[inputs + 1];
      for (int output = 0; output < outputs; output++) {
        expected.copyRow(output, expectedRow, 1);
        actual.copyRow(output, actualRow, 1);
        assertThat(actualRow).isEqualTo(expectedRow);
        assertThat(actual.multiply(output, x, 1)).isEqualTo(expected.multiply(output, x, 1));
      }
    }
  }

  /** Whoever multiplies: our kernel one row, or the engine many, on pools of any size. */
  @Test
  void weightsAreHeldOnceAndFewRowsInFp32() {
    int outputs = 768;
    int inputs = 320;
    float[] weights = Samples.normal(outputs * inputs, 1);
    float[] x = Samples.normal(9 * inputs, 2);
    float[] y = new float[9 * outputs];
    for (Kernels kernel : KERNELS) {
      AtomicInteger mostRows = new AtomicInteger();
      CountingArena counting = new CountingArena();
      RowSource source =
          (first, count, target) -> {
            mostRows.accumulateAndGet(count, Math::max);
            System.arraycopy(weights, first * inputs, target, 0, count * inputs);
          };
      WeightMatrix matrix =
          new EngineMatrix(
              List.of(new RowBlock(source, outputs)),
              inputs,
              counting,
              kernel.quads,
              new EngineChoice(new PlainEngine(2)));
      for (int threads = 1; threads <= 3; threads++) {
        try (ThreadPool pool = ThreadPool.of(threads)) {
          for (int rows : new int[] {1, 9}) {
            matrix.multiply(
                FloatRows.of(x, inputs, rows), null, FloatRows.of(y, outputs, rows), pool);
          }
        }
      }
      assertThat(counting.bytes()).hasValue((long) outputs * inputs);
      assertThat(mostRows).hasValueLessThanOrEqualTo(32);
    }
  }

  @Test
  void roundsInputsToTheNearestOf127Steps() {
    float[] x = {-2.54f, 0.01f, 0.0101f, 0.05f};
    float[] weights = {
      127, 0, 0, 0,
      0, 127, 0, 0,
      0, 0, 127, 0,
      0, 0, 0, 127
    };
    for (Kernels kernel : KERNELS) {
      float[] y = new float[4];
      try (ThreadPool pool = ThreadPool.of(1)) {
        matrix(weights, 4, kernel, new PlainEngine(2))
            .multiply(FloatRows.of(x, 4, 1), null, FloatRows.of(y, 4, 1), pool);
      }
      // Steps of 0.02: half a step goes to the even number, a little more to the next one.
      assertThat(y)
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(-2.54f * 127, 0f, 0.02f * 127, 0.04f * 127);
    }
  }

  @Test
  void longSumsAreExact() {
    int inputs = 5000;
    float[] weights = new float[inputs];
    Arrays.fill(weights, 127);
    float[] x = new float[inputs];
    Arrays.fill(x, 1);
    // Beside 127² it is a digit that fp32 would lose.
    x[inputs - 1] = 1 / 127f;
    long sum = 4999L * 127 * 127 + 127;
    float expected = sum * (1 / 127f);
    for (Kernels kernel : KERNELS) {
      for (int least : new int[] {1, 2}) {
        float[] y = new float[1];
        WeightMatrix matrix = matrix(weights, inputs, kernel, new PlainEngine(least));
        try (ThreadPool pool = ThreadPool.of(1)) {
          matrix.multiply(FloatRows.of(x, inputs, 1), null, FloatRows.of(y, 1, 1), pool);
        }
        assertThat(y).containsExactly(expected);
        assertThat(matrix.multiply(0, x, 0)).isEqualTo(expected);
      }
    }
  }

  @Test
  void rowsOfZerosOrNextToNothingGiveTheBias() {
    int inputs = 33;
    float[] x = new float[2 * inputs];
    Arrays.fill(x, inputs, 2 * inputs, Float.MIN_VALUE);
    x[3] = -0f;
    float[] bias = {3};
    float[] weights = Samples.normal(inputs, 1);
    for (Kernels kernel : KERNELS) {
      for (int least : new int[] {1, 9}) {
        float[] y = new float[2];
        try (ThreadPool pool = ThreadPool.of(1)) {
          matrix(weights, inputs, kernel, new PlainEngine(least))
              .multiply(FloatRows.of(x, inputs, 2), bias, FloatRows.of(y, 1, 2), pool);
        }
        assertThat(y).containsExactly(3, 3);
      }
    }
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    int inputs = 33;
    float[] weights = Samples.normal(inputs, 1);
    for (Kernels kernel : KERNELS) {
      for (int least : new int[] {1, 9}) {
        WeightMatrix matrix = matrix(weights, inputs, kernel, new PlainEngine(least));
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
          for (int place : new int[] {2, inputs - 1}) {
            float[] x = Samples.normal(inputs, 2);
            x[place] = wrong;
            float[] y = new float[1];
            try (ThreadPool pool = ThreadPool.of(1)) {
              matrix.multiply(FloatRows.of(x, inputs, 1), null, FloatRows.of(y, 1, 1), pool);
            }
            assertThat(y[0]).isNotFinite();
          }
        }
      }
      assertThatThrownBy(() -> matrix(new float[] {1, Float.NaN}, 2, kernel, new PlainEngine(1)))
          .isInstanceOf(NotFiniteException.class);
    }
  }

  @Test
  void anEngineThatFailsIsLeftOut() {
    AtomicInteger asked = new AtomicInteger();
    Int8Engine failing =
        new Int8Engine() {
          @Override
          public String name() {
            return "failing";
          }

          @Override
          public @Nullable String obstacle() {
            return null;
          }

          @Override
          public int leastRows() {
            return 1;
          }

          @Override
          public Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory) {
            return (x, rows, sums) -> {
              asked.incrementAndGet();
              throw new EngineException("no");
            };
          }
        };
    float[] x = Samples.normal(2 * 20, 2);
    float[] expected = new float[2 * 5];
    float[] actual = new float[2 * 5];
    float[] weights = Samples.normal(5 * 20, 1);
    WeightMatrix matrix = matrix(weights, 20, KERNELS.getLast(), failing);
    try (ThreadPool pool = ThreadPool.of(1)) {
      matrix(weights, 20, KERNELS.getLast(), new PlainEngine(9))
          .multiply(FloatRows.of(x, 20, 2), null, FloatRows.of(expected, 5, 2), pool);
      for (int turn = 0; turn < 2; turn++) {
        matrix.multiply(FloatRows.of(x, 20, 2), null, FloatRows.of(actual, 5, 2), pool);
        assertThat(actual).isEqualTo(expected);
      }
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void sumsMustFit32Bits() {
    assertThatThrownBy(
            () ->
                KernelChoice.packing()
                    .stack(WeightPrecision.W8A8, List.of(), 133_145, Arena.ofAuto()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sums of 133145 products of int8 do not fit 32 bits");
  }
}
