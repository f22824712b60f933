package dev.deed.lab.kernels;

import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Attention as rows×heads×head width×positions: encoders, and single decoder steps. {@code
 * gigaflops} counts both products and nothing of the softmax.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AttentionBenchmark {
  /** rows×heads×head width×positions. */
  @Param({"512x12x64x512", "128x8x64x128", "1x12x64x512", "1x12x64x50", "1x4x32x30"})
  public String shape = "";

  /** Size of the worker pool. */
  @Param({"1", "2"})
  public int threads;

  private int rows;
  private int heads;
  private int headWidth;
  private int positions;
  private float[] q = {};
  private float[] out = {};
  private KeyValueCache cache = new KeyValueCache(1, 1, 0);
  private ThreadPool pool = ThreadPool.of(1);

  /** Work done, for JMH to divide by time. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** Floating-point operations, 10⁹. */
    public double gigaflops;
  }

  /** Fills queries, keys and values. */
  @Setup
  public void fill() {
    String[] sizes = shape.split("x", -1);
    rows = Integer.parseInt(sizes[0]);
    heads = Integer.parseInt(sizes[1]);
    headWidth = Integer.parseInt(sizes[2]);
    positions = Integer.parseInt(sizes[3]);
    int width = heads * headWidth;
    q = RandomArrays.normal(rows * width, 1);
    out = new float[rows * width];
    float[] keys = RandomArrays.normal(positions * width, 2);
    float[] values = RandomArrays.normal(positions * width, 3);
    cache = new KeyValueCache(heads, headWidth, positions);
    cache.write(
        cache.extend(positions),
        FloatRows.of(keys, width, positions),
        FloatRows.of(values, width, positions));
    pool = ThreadPool.of(threads);
  }

  /** Ends the pool. */
  @TearDown
  public void end() {
    pool.close();
  }

  /** All rows and heads. */
  @Benchmark
  public float[] attend(Work work) {
    int width = heads * headWidth;
    KernelChoice.attention()
        .attend(
            new AttentionJob(
                FloatRows.of(q, width, rows),
                0.125f,
                cache,
                positions,
                0,
                null,
                FloatRows.of(out, width, rows)),
            pool);
    work.gigaflops += 4e-9 * rows * width * positions;
    return out;
  }
}
