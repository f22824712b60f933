package dev.deed.lab.kernels;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Contenders timed in turn, round after round, so that whatever else the machine does meets all of
 * them alike. Ratios are taken within a round.
 *
 * @param nanos time of one call, [contender][round]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Rounds(double[][] nanos) {
  private static final long TURN_NANOS = 30_000_000;

  /** Compilers run beside us and on a busy machine late. */
  private static final long WARM_UP_NANOS = 1_500_000_000;

  /** After this OpenMP's threads, which wait for more work at full speed, have gone to sleep. */
  private static final long PAUSE_MILLIS = 250;

  /**
   * Contenders that do all their work in the calling thread, in processor time of that thread: what
   * others take of the processor does not count.
   */
  static Rounds alone(int rounds, List<Runnable> contenders) throws InterruptedException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return run(rounds, threads::getCurrentThreadCpuTime, 0, contenders);
  }

  /** Any contenders, in the time that passes. */
  static Rounds passing(int rounds, List<Runnable> contenders) throws InterruptedException {
    return run(rounds, System::nanoTime, 0, contenders);
  }

  /** The same, each turn beginning when the threads of the last one sleep. */
  static Rounds pausing(int rounds, List<Runnable> contenders) throws InterruptedException {
    return run(rounds, System::nanoTime, PAUSE_MILLIS, contenders);
  }

  private static Rounds run(
      int rounds, LongSupplier clock, long pauseMillis, List<Runnable> contenders)
      throws InterruptedException {
    for (Runnable contender : contenders) {
      time(contender, System::nanoTime, WARM_UP_NANOS);
    }
    double[][] nanos = new double[contenders.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        Thread.sleep(pauseMillis);
        nanos[i][round] = time(contenders.get(i), clock, TURN_NANOS);
      }
    }
    return new Rounds(nanos);
  }

  /** Time of a call, from as many as fill {@code turnNanos} of the clock. */
  private static double time(Runnable contender, LongSupplier clock, long turnNanos) {
    long start = clock.getAsLong();
    long calls = 0;
    long passed = 0;
    // The clock is read after 1, 2, 4 … more calls: reading it can take longer than a short call.
    for (long more = 1; passed < turnNanos; more = Math.clamp(calls, 1, 64)) {
      for (long i = 0; i < more; i++) {
        contender.run();
      }
      calls += more;
      passed = clock.getAsLong() - start;
    }
    return (double) passed / calls;
  }

  /** Median time of a call of one contender. */
  double median(int contender) {
    return quantile(nanos[contender], 0.5);
  }

  /** How many times as fast {@code contender} is as {@code other}: a quantile of the rounds. */
  double speedUp(int contender, int other, double quantile) {
    double[] ratios = new double[nanos[contender].length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = nanos[other][round] / nanos[contender][round];
    }
    return quantile(ratios, quantile);
  }

  private static double quantile(double[] values, double quantile) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(quantile * (sorted.length - 1))];
  }
}
