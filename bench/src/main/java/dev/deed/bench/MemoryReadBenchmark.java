package dev.deed.bench;

import dev.deed.tensor.WorkerTeam;
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
 * How fast the machine reads memory that no cache holds: the limit of a decoder step. Sums 256 MiB
 * of integers, a loop that the JIT turns into vectors by itself. Four places are read side by side,
 * because one stream alone does not keep enough cache lines under way.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g"})
public class MemoryReadBenchmark {
  private static final int VALUES = 64 * 1024 * 1024;

  /** Parts handed out: enough to even out threads. */
  private static final int PARTS = 16;

  private static final int STREAMS = 4;
  private static final int STREAM = VALUES / STREAMS;

  /** Size of the worker team. */
  @Param({"1", "2"})
  public int threads;

  private int[] values = {};
  private final int[] sums = new int[PARTS];
  private WorkerTeam team = WorkerTeam.of(1);

  /** Bytes read, for JMH to divide by time. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** Memory read, 10⁹ bytes. */
    public double gigabytes;
  }

  /** Fills the memory, so that every page exists. */
  @Setup
  public void fill() {
    values = new int[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = i * 31;
    }
    team = WorkerTeam.of(threads);
  }

  /** Ends the team. */
  @TearDown
  public void end() {
    team.close();
  }

  /** One walk through all of it. */
  @Benchmark
  public int[] read(Work work) {
    int size = VALUES / PARTS / STREAMS;
    team.run(PARTS, part -> sums[part] = sum(values, part * size));
    work.gigabytes += 1e-9 * VALUES * Integer.BYTES;
    return sums;
  }

  private static int sum(int[] values, int from) {
    int sum = 0;
    for (int i = from; i < from + VALUES / PARTS / STREAMS; i++) {
      sum += values[i] + values[i + STREAM] + values[i + 2 * STREAM] + values[i + 3 * STREAM];
    }
    return sum;
  }
}
