package dev.deed.lab.kernels;

import dev.deed.lab.speed.MemoryRead;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightMemory;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.List;
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
 * Products with a weight matrix, as rows×inputs×outputs: prefill shapes, decoder steps whose
 * weights fit the caches, and a vocabulary that does not. {@code gigaflops} counts 2 operations for
 * a multiply-add; {@code gigabytes} counts the weights once. Both are sums over a second. With
 * {@code matrices} above 1 so many take turns: enough of them, and each comes from memory, as the
 * layers of a model do.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class MatrixBenchmark {
  /** rows×inputs×outputs. */
  @Param({
    "128x512x512",
    "512x768x3072",
    "512x3072x768",
    "6x768x768",
    "1x128x512",
    "1x512x512",
    "1x768x3072",
    "1x768x65536"
  })
  public String shape = "";

  /** What weights are stored as. */
  @Param("FP32")
  public WeightPrecision precision = WeightPrecision.FP32;

  /** Size of the worker pool. */
  @Param({"1", "2"})
  public int threads;

  /** How many matrices take turns. */
  @Param("1")
  public int matrices;

  private int rows;
  private int inputs;
  private int outputs;
  private float[] x = {};
  private float[] y = {};
  private final List<WeightMatrix> weights = new ArrayList<>();
  private int next;
  private ThreadPool pool = ThreadPool.of(1);

  /** Work done, for JMH to divide by time. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** Floating-point operations, 10⁹. */
    public double gigaflops;

    /** Weights read, 10⁹ bytes. */
    public double gigabytes;
  }

  /** Fills the matrix. */
  @Setup
  public void fill() {
    String[] sizes = shape.split("x", -1);
    rows = Integer.parseInt(sizes[0]);
    inputs = Integer.parseInt(sizes[1]);
    outputs = Integer.parseInt(sizes[2]);
    WeightMemory memory = new WeightMemory();
    for (int i = 0; i < matrices; i++) {
      weights.add(
          KernelChoice.packing()
              .pack(precision, RandomArrays.sameRow(inputs), outputs, inputs, memory));
    }
    x = RandomArrays.normal(rows * inputs, 2);
    y = new float[rows * outputs];
    pool = ThreadPool.of(threads);
  }

  /** Ends the pool. */
  @TearDown
  public void end() {
    pool.close();
  }

  /** One product. */
  @Benchmark
  public float[] multiply(Work work) {
    WeightMatrix matrix = weights.get(next);
    next = (next + 1) % matrices;
    matrix.multiply(FloatRows.of(x, inputs, rows), null, FloatRows.of(y, outputs, rows), pool);
    work.gigaflops += 2e-9 * rows * inputs * outputs;
    work.gigabytes += 1e-9 * MemoryRead.bytes(matrix);
    return y;
  }
}
