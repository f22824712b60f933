package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Once warm, no kernel boxes the vectors of a loop, which would take ten thousand bytes and more a
 * call. What remains are the objects that describe a call and 16 partial sums for each reduction.
 */
class SteadyStateAllocationTest {
  private static final long MOST_WARM_UP_NANOS = 60_000_000_000L;

  private final float[] x = Samples.normal(8 * 256, 1);
  private final float[] y = new float[8 * 512];
  private final WorkerTeam alone = WorkerTeam.of(1);

  @Test
  void product() {
    PackedFloatMatrix matrix = PackedFloatMatrix.of(Samples.normal(512 * 256, 2), 512, 256);
    for (int rows : new int[] {1, 2, 6, 8}) {
      assertFrugal(256, () -> matrix.multiply(x, 0, 256, rows, null, y, 0, 512, alone));
    }
  }

  @Test
  void attention() {
    KeyValueCache cache = new KeyValueCache(256, 0);
    float[] entries = Samples.normal(100 * 256, 3);
    cache.append(entries, 0, 256, entries, 0, 256, 100);
    for (int rows : new int[] {1, 5, 6}) {
      assertFrugal(
          4096,
          () ->
              Attention.attend(x, 0, 256, rows, 4, 64, 0.1f, cache, 90, 1, null, y, 0, 256, alone));
    }
  }

  @Test
  void normAndSoftmax() {
    Kernels kernels = Kernels.active();
    assertFrugal(512, () -> kernels.layerNorm(x, 0, x, x, 1e-5f, 250, y, 0));
    assertFrugal(512, () -> kernels.softmax(y, 0, 777));
    assertFrugal(512, () -> kernels.activate(Activation.GELU, y, 0, 777));
  }

  private static void assertFrugal(long bytesPerCall, Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double least = Double.MAX_VALUE;
    // Until a call is compiled, its vectors are boxed. In a JVM where other tests ran before,
    // softmax
    // and GELU were seen boxing for the whole minute; core's test classes have a JVM each.
    long deadline = System.nanoTime() + MOST_WARM_UP_NANOS;
    while (least > bytesPerCall && System.nanoTime() < deadline) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        call.run();
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 100.0);
    }
    assertThat(least).isLessThanOrEqualTo(bytesPerCall);
  }
}
