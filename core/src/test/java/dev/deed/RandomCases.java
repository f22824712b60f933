package dev.deed;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a test on random cases, others in every run. A failure names the seed of its case; with the
 * system property {@value #SEED} set to it, that case comes first.
 */
public final class RandomCases {
  static final String SEED = "deed.test.seed";

  private RandomCases() {}

  /**
   * Runs all cases, each with numbers of its own.
   *
   * @throws AssertionError on the first case that fails, with its seed
   */
  public static void run(int cases, Consumer<Random> test) {
    long first = Long.getLong(SEED, new Random().nextLong());
    for (long seed = first; seed != first + cases; seed++) {
      try {
        test.accept(new Random(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -D%s=%d: %s".formatted(SEED, seed, e), e);
      }
    }
  }
}
