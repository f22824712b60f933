package dev.deed.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.tensor.matrix.EngineException;
import dev.deed.tensor.matrix.Int8Product;
import dev.deed.tensor.matrix.QuadPanels;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** oneDNN's sums are the sums. */
class OneDnnEngineTest {
  private static @Nullable OneDnn library;
  private static MemorySegment engine = MemorySegment.NULL;

  /** Without VNNI its plain code reads our layout, slowly; what is fast then is not exact. */
  @BeforeAll
  static void load() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "oneDNN is packed for Linux on x86-64");
    library = OneDnn.load();
    engine = OneDnnEngine.create(library);
    try (Arena arena = Arena.ofConfined()) {
      String code =
          new OneDnnEngine.OneDnnProduct(library, engine, arena.allocate(4096, 64), 64, 64, arena)
              .code(64);
      assumeTrue(new OneDnnEngine().obstacle() == null || code.startsWith("ref"), code);
    }
  }

  private static Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory) {
    return new OneDnnEngine.OneDnnProduct(
        Objects.requireNonNull(library), engine, panels, outputs, inputs, memory);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "3,5,7",
    "4,64,64",
    "17,33,129",
    "64,768,768",
    "31,100,1500",
    "64,3072,768",
    "63,768,3072",
    "2,1000,3"
  })
  void sumsAreExact(int rows, int outputs, int inputs) {
    Random random = new Random(outputs);
    byte[] w = bytes(random, outputs * inputs);
    byte[] x = bytes(random, rows * inputs);
    try (Arena arena = Arena.ofConfined()) {
      Int8Product product = product(panels(arena, w, outputs, inputs), outputs, inputs, arena);
      MemorySegment sums = arena.allocate((long) rows * outputs * Integer.BYTES, 64);
      product.multiply(offHeap(arena, x), rows, sums);
      int[] expected = new int[rows * outputs];
      for (int r = 0; r < rows; r++) {
        for (int o = 0; o < outputs; o++) {
          for (int k = 0; k < inputs; k++) {
            expected[r * outputs + o] += Byte.toUnsignedInt(x[r * inputs + k]) * w[o * inputs + k];
          }
        }
      }
      assertThat(sums.toArray(ValueLayout.JAVA_INT)).isEqualTo(expected);
    }
  }

  /** Where oneDNN would work with 16-bit sums, these would be cut off. */
  @ParameterizedTest
  @CsvSource({"255,127", "255,-127", "1,127", "1,-127"})
  void largestSums(int x, byte weight) {
    int inputs = 4096;
    byte[] weights = new byte[inputs];
    Arrays.fill(weights, weight);
    byte[] row = new byte[inputs];
    Arrays.fill(row, (byte) x);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sums = arena.allocate(4, 64);
      product(panels(arena, weights, 1, inputs), 1, inputs, arena)
          .multiply(offHeap(arena, row), 1, sums);
      assertThat(sums.get(ValueLayout.JAVA_INT, 0)).isEqualTo(inputs * x * weight);
    }
  }

  @Test
  void weightsOfAnotherSizeAreRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tooFew = arena.allocate(64 * 64, 64);
      assertThatThrownBy(() -> product(tooFew, 65, 64, arena))
          .isInstanceOf(EngineException.class)
          .hasMessage("oneDNN wants 8192 bytes of weights where there are 4096");
    }
  }

  @Test
  void matricesUseItFromManyThreadsAtOnce() {
    assumeTrue(new OneDnnEngine().obstacle() == null, "oneDNN multiplies where there is VNNI");
    Random random = new Random(5);
    int outputs = 130;
    int inputs = 70;
    WeightMatrix matrix =
        KernelChoice.packing()
            .pack(WeightPrecision.W8A8, floats(random, outputs * inputs), outputs, inputs);
    float[] x = floats(random, 200 * inputs);
    float[] alone = new float[200 * outputs];
    try (ThreadPool pool = ThreadPool.of(1)) {
      for (int r = 0; r < 200; r++) {
        matrix.multiply(
            new FloatRows(x, r * inputs, inputs, 1),
            null,
            new FloatRows(alone, r * outputs, outputs, 1),
            pool);
      }
    }
    List<float[]> results =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(
                turn -> {
                  int rows = 4 + 5 * (turn % 39);
                  float[] y = new float[rows * outputs];
                  try (ThreadPool pool = ThreadPool.of(1 + turn % 3)) {
                    matrix.multiply(
                        FloatRows.of(x, inputs, rows), null, FloatRows.of(y, outputs, rows), pool);
                  }
                  return y;
                })
            .toList();
    for (float[] y : results) {
      assertThat(y).isEqualTo(Arrays.copyOf(alone, y.length));
    }
  }

  private static byte[] bytes(Random random, int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) (random.nextInt(255) - 127);
    }
    return values;
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Row-major weights as {@link QuadPanels} has them. */
  private static MemorySegment panels(Arena arena, byte[] rowMajor, int outputs, int inputs) {
    int width = QuadPanels.WIDTH;
    long panel = (long) QuadPanels.quads(inputs) * QuadPanels.STEP_BYTES;
    MemorySegment panels = arena.allocate(Math.ceilDiv(outputs, width) * panel, 64);
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < inputs; k++) {
        long at = o / width * panel + k / 4 * QuadPanels.STEP_BYTES + o % width * 4 + k % 4;
        panels.set(ValueLayout.JAVA_BYTE, at, rowMajor[o * inputs + k]);
      }
    }
    return panels;
  }

  private static MemorySegment offHeap(Arena arena, byte[] values) {
    MemorySegment memory = arena.allocate(values.length, 64);
    return memory.copyFrom(MemorySegment.ofArray(values));
  }
}
