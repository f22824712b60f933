package dev.deed.evaluation;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a piece of work until its time settles, so that the JIT compiler's work is not counted as
 * the model's: three rounds in a row that improved the best time by less than 5 %, and a while in
 * which hardly anything was compiled, after a least time. Code that runs rarely, as that of short
 * answers does, is compiled late.
 *
 * @param least time to spend even when times look settled: a compiled kernel may take effect only
 *     seconds after its first call
 * @param most time after which no new round begins; zero for no warm-up
 */
public record WarmUp(Duration least, Duration most) {
  private static final int CALM_ROUNDS = 3;
  private static final double IMPROVEMENT = 0.95;

  /** A round in which compilers worked for more than this share of its time is not quiet. */
  private static final double COMPILING = 0.2;

  /** Of the least time, how long it must be quiet. */
  private static final double QUIET = 0.7;

  private static final @Nullable CompilationMXBean COMPILER =
      ManagementFactory.getCompilationMXBean();

  public static WarmUp upTo(Duration most) {
    Duration least = Duration.ofSeconds(3);
    return new WarmUp(least.compareTo(most) < 0 ? least : most, most);
  }

  /** Runs rounds; how many it took. */
  public int run(Runnable round) {
    long begin = System.nanoTime();
    long quietSince = begin;
    long best = Long.MAX_VALUE;
    int rounds = 0;
    int calm = 0;
    while (true) {
      long start = System.nanoTime();
      long spent = start - begin;
      boolean quiet = start - quietSince >= QUIET * least.toNanos();
      if (spent >= most.toNanos() || (calm >= CALM_ROUNDS && quiet && spent >= least.toNanos())) {
        return rounds;
      }
      long compiled = compiledNanos();
      round.run();
      long end = System.nanoTime();
      long took = end - start;
      if (compiledNanos() - compiled > COMPILING * took) {
        quietSince = end;
      }
      calm = took > IMPROVEMENT * best ? calm + 1 : 0;
      best = Math.min(best, took);
      rounds++;
    }
  }

  /** What the JVM's compilers have worked so far; 0 where it does not say. */
  public static long compiledNanos() {
    return COMPILER == null || !COMPILER.isCompilationTimeMonitoringSupported()
        ? 0
        : COMPILER.getTotalCompilationTime() * 1_000_000;
  }
}
