package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.Samples;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vector and scalar kernels give the same bits, at every length. */
class KernelTwinsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final Kernels VECTOR = new VectorKernels();

  /** Not a multiple of a vector, so that loads are unaligned. */
  private static final int OFFSET = 3;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 100, 257, 768, 1000})
  void agreeAtLength(int n) {
    float[] x = Samples.normal(n + OFFSET + 2, n);
    float[] other = Samples.normal(n + OFFSET, n + 1);
    float[] weight = Samples.normal(n, n + 2);
    float[] bias = Samples.normal(n, n + 3);
    agree(x, (k, v) -> k.add(v, OFFSET, other, 1, n));
    agree(x, (k, v) -> k.addProducts(v, OFFSET, other, 1, weight, 0, n));
    agree(x, (k, v) -> k.scale(v, OFFSET, n, 0.7f));
    agree(x, (k, v) -> k.layerNorm(x, OFFSET, weight, bias, 1e-5f, v, 1));
    agree(x, (k, v) -> k.rmsNorm(x, OFFSET, weight, 1e-6f, v, 1));
    agree(x, (k, v) -> k.softmax(v, OFFSET, n));
    assertSame(SCALAR.dot(x, OFFSET, other, 1, n), VECTOR.dot(x, OFFSET, other, 1, n));
    assertSame(SCALAR.cosine(x, OFFSET, other, 1, n), VECTOR.cosine(x, OFFSET, other, 1, n));
    if (n > 0) {
      assertThat(VECTOR.argmax(x, OFFSET, n)).isEqualTo(SCALAR.argmax(x, OFFSET, n));
      assertThat(VECTOR.statistics(x, OFFSET, n)).isEqualTo(SCALAR.statistics(x, OFFSET, n));
      float[] masked = x.clone();
      for (int i = 0; i < n; i += 2) {
        masked[OFFSET + i] = Float.NEGATIVE_INFINITY;
      }
      assertThat(VECTOR.statistics(masked, OFFSET, n))
          .isEqualTo(SCALAR.statistics(masked, OFFSET, n));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAgree(Activation kind) {
    int n = 4099;
    float[] x = Samples.normal(n, 7);
    float[] up = Samples.normal(n, 8);
    float[] special = {
      0f,
      -0f,
      1e-42f,
      -1e-30f,
      0.55f,
      0.55000007f,
      40f,
      -40f,
      88f,
      -88f,
      1e20f,
      -1e20f,
      3e38f,
      -3e38f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    for (int i = 0; i < n; i++) {
      x[i] *= 4f;
    }
    System.arraycopy(special, 0, x, 50, special.length);
    for (int length : new int[] {0, 1, 5, 16, 17, n}) {
      agree(x, (k, v) -> k.activate(kind, v, 0, length));
      agree(x, (k, v) -> k.activateAndMultiply(kind, v, 0, up, 0, length));
    }
  }

  private static void agree(float[] x, BiConsumer<Kernels, float[]> operation) {
    float[] scalar = x.clone();
    float[] vector = x.clone();
    operation.accept(SCALAR, scalar);
    operation.accept(VECTOR, vector);
    // Arrays.equals tells 0 from −0 and takes all NaN for equal.
    assertThat(Arrays.equals(vector, scalar)).isTrue();
  }

  private static void assertSame(float scalar, float vector) {
    assertThat(Float.floatToIntBits(vector)).isEqualTo(Float.floatToIntBits(scalar));
  }
}
