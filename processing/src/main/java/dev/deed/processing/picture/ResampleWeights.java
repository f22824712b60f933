package dev.deed.processing.picture;

/**
 * Which source pixels make up each target pixel along one axis: the filter, widened by the scale
 * when shrinking (antialiasing), cut at the borders and scaled to a sum of 1.
 *
 * @param most most source pixels of any target pixel: the stride of {@code fixed}
 * @param first first source pixel, {@code [targets]}
 * @param count source pixels, {@code [targets]}
 * @param fixed weights in units of 2^−bits, {@code [targets, most]}
 */
record ResampleWeights(int most, int[] first, int[] count, int[] fixed, int bits) {
  /** Fraction bits of a weight: 32 less 8 for the sample and 2 for the overshoot of the cubic. */
  private static final int MOST_BITS = 22;

  /**
   * @param extent of the sources that the targets cover, from the first on; a part of the last one
   *     may be left over
   */
  static ResampleWeights of(
      int sources, double extent, int targets, Resampling filter, ImageBackend backend) {
    double scale = extent / targets;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    int most = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[targets];
    int[] count = new int[targets];
    double[] exact = new double[Math.multiplyExact(targets, most)];
    double largest = 0;
    double inverse = 1 / filterScale;
    for (int t = 0; t < targets; t++) {
      double centre = (t + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(sources, (int) (centre + support + 0.5));
      first[t] = from;
      count[t] = to - from;
      int start = t * most;
      double sum = 0;
      for (int i = start; i < start + to - from; i++) {
        exact[i] = filter.weight((i - start + from - centre + 0.5) * inverse);
        sum += exact[i];
      }
      for (int i = start; i < start + to - from; i++) {
        exact[i] /= sum == 0 ? 1 : sum;
        largest = Math.max(largest, exact[i]);
      }
    }
    int bits = MOST_BITS;
    while (backend == ImageBackend.TORCHVISION && rounded(largest, bits) > Short.MAX_VALUE) {
      bits--;
    }
    int[] fixed = new int[exact.length];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = rounded(exact[i], bits);
    }
    return new ResampleWeights(most, first, count, fixed, bits);
  }

  /** Half away from zero, as the cast in C does. */
  private static int rounded(double weight, int bits) {
    return (int) (weight * (1 << bits) + (weight < 0 ? -0.5 : 0.5));
  }

  /** What a sum begins with, so that {@link #clip} rounds it. */
  int half() {
    return 1 << (bits - 1);
  }

  byte clip(int sum) {
    return (byte) Math.clamp(sum >> bits, 0, 255);
  }
}
