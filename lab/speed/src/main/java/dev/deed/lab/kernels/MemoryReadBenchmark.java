package dev.deed.lab.kernels;

import dev.deed.lab.speed.MemoryRead;
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

/** How fast the machine reads memory that no cache holds: the limit of a decoder step. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g"})
public class MemoryReadBenchmark {
  /** Size of the worker team. */
  @Param({"1", "2"})
  public int threads;

  private final MemoryRead memory = new MemoryRead();
  private WorkerTeam team = WorkerTeam.of(1);

  /** Bytes read, for JMH to divide by time. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    /** Memory read, 10⁹ bytes. */
    public double gigabytes;
  }

  /** Starts the team. */
  @Setup
  public void start() {
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
    work.gigabytes += 1e-9 * MemoryRead.BYTES;
    return memory.read(team);
  }
}
