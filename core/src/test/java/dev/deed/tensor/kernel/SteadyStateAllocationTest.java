package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.deed.tensor.Activation;
import dev.deed.tensor.AttentionHeads;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.NarrowKeysValues;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.Samples;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice.Backend;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
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

  private static final List<Backend> BACKENDS =
      List.of(
          KernelChoice.scalar(),
          new Backend(
              KernelChoice.kernels(),
              KernelChoice.attention(),
              KernelChoice.narrowAttention(),
              KernelChoice.packing()));

  private final float[] x = Samples.normal(28 * 256, 1);
  private final float[] y = new float[28 * 512];
  private final ThreadPool alone = ThreadPool.of(1);

  @BeforeAll
  static void hostileHistory() {
    Random random = new Random(11);
    float[] a = Samples.normal(2048, 4);
    float[] b = Samples.normal(2048, 5);
    KeyValueCache cache = new KeyValueCache(2, 16, 0);
    cache.write(cache.extend(40), FloatRows.of(a, 32, 40), FloatRows.of(b, 32, 40));
    ThreadPool pool = ThreadPool.of(1);
    for (int turn = 0; turn < 400; turn++) {
      int n = random.nextInt(70);
      int rows = 1 + random.nextInt(8);
      for (Backend choice : BACKENDS) {
        for (Activation kind : Activation.values()) {
          choice.kernels().activate(kind, a, 0, n);
          choice.kernels().activateAndMultiply(kind, a, 0, b, 0, n);
        }
        reductions(choice.kernels(), a, b, n);
        RowBlock block = new RowBlock(RowSource.of(b, 16), n);
        for (WeightPrecision precision : WeightPrecision.values()) {
          choice
              .packing()
              .stack(precision, List.of(block), 16, Arena.ofAuto())
              .multiply(FloatRows.of(b, 16, rows), null, FloatRows.of(a, 70, rows), pool);
        }
        choice
            .attention()
            .attend(
                new AttentionJob(
                    FloatRows.of(b, 32, rows), 0.1f, cache, 30, 1, null, FloatRows.of(a, 32, rows)),
                pool);
      }
    }
  }

  private static void reductions(Kernels kernels, float[] a, float[] b, int n) {
    kernels.softmax(a, 0, n);
    float[] weight = Arrays.copyOf(b, n);
    kernels.layerNorm(b, 0, weight, weight, 1e-5f, a, 0);
    kernels.rmsNorm(b, 0, weight, 1e-5f, a, 0);
    kernels.cosine(a, 0, b, 0, n);
    kernels.scale(a, 0, n, 0.5f);
    kernels.add(a, 0, b, 0, n);
    kernels.statistics(a, 0, n + 1);
  }

  @ParameterizedTest
  @EnumSource(WeightPrecision.class)
  void product(WeightPrecision precision) {
    WeightMatrix matrix =
        KernelChoice.packing().pack(precision, Samples.normal(512 * 256, 2), 512, 256);
    for (int rows : new int[] {1, 2, 6, 8, 28}) {
      int rounded = precision == WeightPrecision.W8A8 ? rows * Float.BYTES * (256 + 1) : 0;
      assertFrugal(
          256 + rounded,
          () ->
              matrix.multiply(FloatRows.of(x, 256, rows), null, FloatRows.of(y, 512, rows), alone));
    }
  }

  @Test
  void attention() {
    KeyValueCache cache = new KeyValueCache(4, 64, 0);
    float[] entries = Samples.normal(100 * 256, 3);
    cache.write(
        cache.extend(100), FloatRows.of(entries, 256, 100), FloatRows.of(entries, 256, 100));
    for (int rows : new int[] {1, 5, 6}) {
      assertFrugal(
          4096,
          () ->
              KernelChoice.attention()
                  .attend(
                      new AttentionJob(
                          FloatRows.of(x, 256, rows),
                          0.1f,
                          cache,
                          90,
                          1,
                          null,
                          FloatRows.of(y, 256, rows)),
                      alone));
    }
  }

  @Test
  void narrowAttention() {
    KeyValueCache cache = new KeyValueCache(4, 64, 0);
    float[] entries = Samples.normal(100 * 256, 3);
    cache.write(
        cache.extend(100), FloatRows.of(entries, 256, 100), FloatRows.of(entries, 256, 100));
    NarrowAttention attention = KernelChoice.narrowAttention();
    // Four heads of 100 positions, rounded up to blocks of 64, each with two scales.
    int copied = 4 * 128 * (64 + 64 + 2 * Float.BYTES);
    assertFrugal(copied + 1024, () -> attention.copy(cache, alone));
    NarrowKeysValues source = attention.copy(cache, alone);
    List<NarrowAttention.Job> jobs =
        List.of(
            new NarrowAttention.Job(
                FloatRows.of(x, 256, 2),
                new AttentionHeads(1, 64, 0.1f, 0),
                source,
                null,
                FloatRows.of(y, 256, 2)));
    assertFrugal(4096, () -> attention.attend(jobs, alone));
  }

  @Test
  void normsAndSoftmax() {
    Kernels kernels = KernelChoice.kernels();
    float[] weight = Arrays.copyOf(x, 250);
    assertFrugal(512, () -> kernels.layerNorm(x, 0, weight, weight, 1e-5f, y, 0));
    assertFrugal(512, () -> kernels.rmsNorm(x, 0, weight, 1e-5f, y, 0));
    assertFrugal(512, () -> kernels.softmax(y, 0, 777));
    assertFrugal(512, () -> kernels.cosine(x, 0, y, 0, 777));
    assertFrugal(512, () -> kernels.statistics(y, 0, 777));
  }

  @ParameterizedTest
  @EnumSource
  void activation(Activation kind) {
    assertFrugal(0, () -> KernelChoice.kernels().activate(kind, y, 0, 777));
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
