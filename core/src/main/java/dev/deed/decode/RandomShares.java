package dev.deed.decode;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The random numbers of a sequence, one for each token, told as often as they are asked for. Safe
 * for use from many threads.
 */
final class RandomShares {
  private final SplittableRandom random;
  private double[] shares = new double[16];
  private int count;

  RandomShares(SplittableRandom random) {
    this.random = random;
  }

  /** The number of token {@code index}, from 0; 0…1. */
  synchronized double of(int index) {
    while (count <= index) {
      if (count == shares.length) {
        shares = Arrays.copyOf(shares, 2 * count);
      }
      shares[count++] = random.nextDouble();
    }
    return shares[index];
  }
}
