package dev.deed.tensor.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.deed.tensor.Activation;
import dev.deed.tensor.Attention;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.Precision;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.Samples;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Once warm, no kernel boxes the vectors of a loop, which would take ten thousand bytes and more a
 * call. What remains are the objects that describe a call and 16 partial sums for each reduction.
 */
class SteadyStateAllocationTest {
  private static final long MOST_WARM_UP_NANOS = 60_000_000_000L;

  private final float[] x = Samples.normal(28 * 256, 1);
  private final float[] y = new float[28 * 512];
  private final WorkerTeam alone = WorkerTeam.of(1);

  @BeforeAll
  static void hostileHistory() {
    Random random = new Random(11);
    float[] a = Samples.normal(2048, 4);
    float[] b = Samples.normal(2048, 5);
    KeyValueCache cache = new KeyValueCache(2, 16, 0);
    cache.append(a, 0, 32, b, 0, 32, 40);
    WorkerTeam team = WorkerTeam.of(1);
    for (int turn = 0; turn < 400; turn++) {
      int n = random.nextInt(70);
      int rows = 1 + random.nextInt(8);
      for (KernelChoice choice : List.of(KernelChoice.scalar(), KernelChoice.active())) {
        for (Activation kind : Activation.values()) {
          choice.kernels().activate(kind, a, 0, n);
          choice.kernels().activateAndMultiply(kind, a, 0, b, 0, n);
        }
        reductions(choice.kernels(), a, b, n);
        RowBlock block = new RowBlock(RowSource.of(b, 16), n);
        for (Precision precision : Precision.values()) {
          choice
              .stack(precision, List.of(block), 16, Arena.ofAuto())
              .multiply(b, 0, 16, rows, null, a, 0, 70, team);
        }
        Attention.attend(
            choice.attention(),
            new AttentionJob(b, 0, 32, rows, 0.1f, cache, 30, 1, null, a, 0, 32),
            team);
      }
    }
  }

  private static void reductions(Kernels kernels, float[] a, float[] b, int n) {
    kernels.softmax(a, 0, n);
    kernels.layerNorm(b, 0, b, b, 1e-5f, n, a, 0);
    kernels.rmsNorm(b, 0, b, 1e-5f, n, a, 0);
    kernels.cosine(a, 0, b, 0, n);
    kernels.scale(a, 0, n, 0.5f);
    kernels.add(a, 0, b, 0, n);
    kernels.statistics(a, 0, n + 1);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void product(Precision precision) {
    WeightMatrix matrix = precision.pack(RowSource.of(Samples.normal(512 * 256, 2), 256), 512, 256);
    for (int rows : new int[] {1, 2, 6, 8, 28}) {
      int rounded = precision == Precision.W8A8 ? rows * Float.BYTES * (256 + 1) : 0;
      assertFrugal(256 + rounded, () -> matrix.multiply(x, 0, 256, rows, null, y, 0, 512, alone));
    }
  }

  @Test
  void attention() {
    KeyValueCache cache = new KeyValueCache(4, 64, 0);
    float[] entries = Samples.normal(100 * 256, 3);
    cache.append(entries, 0, 256, entries, 0, 256, 100);
    for (int rows : new int[] {1, 5, 6}) {
      assertFrugal(
          4096,
          () ->
              Attention.attend(
                  new AttentionJob(x, 0, 256, rows, 0.1f, cache, 90, 1, null, y, 0, 256), alone));
    }
  }

  @Test
  void normsAndSoftmax() {
    Kernels kernels = Kernels.active();
    assertFrugal(512, () -> kernels.layerNorm(x, 0, x, x, 1e-5f, 250, y, 0));
    assertFrugal(512, () -> kernels.rmsNorm(x, 0, x, 1e-5f, 250, y, 0));
    assertFrugal(512, () -> kernels.softmax(y, 0, 777));
    assertFrugal(512, () -> kernels.cosine(x, 0, y, 0, 777));
    assertFrugal(512, () -> kernels.statistics(y, 0, 777));
  }

  @ParameterizedTest
  @EnumSource
  void activation(Activation kind) {
    assertFrugal(0, () -> Kernels.active().activate(kind, y, 0, 777));
  }

  private static void assertFrugal(long bytesPerCall, Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double least = Double.MAX_VALUE;
    // Until a call is compiled, its vectors are boxed.
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
