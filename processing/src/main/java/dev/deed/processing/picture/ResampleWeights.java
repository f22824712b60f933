package dev.deed.processing.picture;

/**
 * Which source pixels make up each target pixel along one axis: the filter, widened by the scale
 * when shrinking (antialiasing), cut at the borders and scaled to a sum of 1.
 *
 * @param most most source pixels of any target pixel: the stride of {@code fixed}
 * @param first first source pixel, {@code [targets]}
 * @param count source pixels, {@code [targets]}
 * @param fixed weights in units of 2^−22, {@code [targets, most]}
 */
record ResampleWeights(int most, int[] first, int[] count, int[] fixed) {
  /** Fraction bits of a weight: 32 less 8 for the sample and 2 for the overshoot of the cubic. */
  static final int PRECISION_BITS = 22;

  /**
   * @param extent of the sources that the targets cover, from the first on; a part of the last one
   *     may be left over
   */
  static ResampleWeights of(int sources, double extent, int targets, Resampling filter) {
    double scale = extent / targets;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    int most = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[targets];
    int[] count = new int[targets];
    int[] fixed = new int[Math.multiplyExact(targets, most)];
    double[] exact = new double[most];
    double inverse = 1 / filterScale;
    for (int t = 0; t < targets; t++) {
      double centre = (t + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(sources, (int) (centre + support + 0.5));
      double sum = 0;
      for (int i = 0; i < to - from; i++) {
        exact[i] = filter.weight((i + from - centre + 0.5) * inverse);
        sum += exact[i];
      }
      first[t] = from;
      count[t] = to - from;
      for (int i = 0; i < to - from; i++) {
        double weight = sum == 0 ? exact[i] : exact[i] / sum;
        // Rounds half away from zero, as the cast in C does.
        fixed[t * most + i] = (int) (weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
      }
    }
    return new ResampleWeights(most, first, count, fixed);
  }
}
