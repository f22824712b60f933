package dev.deed.evaluation;

import java.time.Duration;

/**
 * Repeats a piece of work until its time settles, so that the JIT compiler's work is not counted as
 * the model's: three rounds in a row that improved the best time by less than 5 %, after a least
 * time.
 *
 * @param least time to spend even when times look settled: a compiled kernel may take effect only
 *     seconds after its first call
 * @param most time after which no new round begins; zero for no warm-up
 */
public record WarmUp(Duration least, Duration most) {
  private static final int CALM_ROUNDS = 3;
  private static final double IMPROVEMENT = 0.95;

  /** Warm-up of at most so long. */
  public static WarmUp upTo(Duration most) {
    Duration least = Duration.ofSeconds(3);
    return new WarmUp(least.compareTo(most) < 0 ? least : most, most);
  }

  /** Runs rounds; how many it took. */
  public int run(Runnable round) {
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    int rounds = 0;
    int calm = 0;
    while (true) {
      long start = System.nanoTime();
      long spent = start - begin;
      if (spent >= most.toNanos() || (calm >= CALM_ROUNDS && spent >= least.toNanos())) {
        return rounds;
      }
      round.run();
      long took = System.nanoTime() - start;
      calm = took > IMPROVEMENT * best ? calm + 1 : 0;
      best = Math.min(best, took);
      rounds++;
    }
  }
}
