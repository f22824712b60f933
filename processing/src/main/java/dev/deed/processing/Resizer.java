package dev.deed.processing;

import java.util.Arrays;

/**
 * Resizes as Pillow's {@code Image.resize} does ({@code Resample.c}), sample for sample: the filter
 * is widened by the scale when shrinking (antialiasing), weights are fixed-point numbers of 22
 * bits, and each of the two passes rounds to 8 bits. Stateless.
 */
public final class Resizer {
  /** Fraction bits of a weight: 32 less 8 for the sample and 2 for the overshoot of the cubic. */
  private static final int PRECISION_BITS = 22;

  private Resizer() {}

  /**
   * Brings a picture to a size, without regard to its aspect ratio.
   *
   * @return a picture of {@code width × height}; the same object when it has that size already
   * @throws IllegalArgumentException when a side is below 1 or the result would not fit one array
   */
  public static Picture resize(Picture picture, int width, int height, Resampling filter) {
    if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("cannot resize to %d×%d".formatted(width, height));
    }
    // The order shows in the rounding. Pillow 13 takes y first where y loses far more lines than x
    // loses columns.
    boolean verticalFirst = picture.height() - height > 2L * Math.max(0, picture.width() - width);
    Picture between =
        verticalFirst ? alongY(picture, height, filter) : alongX(picture, width, filter);
    return verticalFirst ? alongX(between, width, filter) : alongY(between, height, filter);
  }

  private static Picture alongX(Picture picture, int width, Resampling filter) {
    if (width == picture.width()) {
      return picture;
    }
    Weights weights = Weights.of(picture.width(), width, filter);
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * picture.height()];
    int[] fixed = weights.fixed();
    for (int y = 0, out = 0; y < picture.height(); y++) {
      int row = 3 * y * picture.width();
      for (int x = 0; x < width; x++, out += 3) {
        int red = 1 << (PRECISION_BITS - 1);
        int green = red;
        int blue = red;
        int in = row + 3 * weights.first()[x];
        int weight = x * weights.most();
        for (int i = 0; i < weights.count()[x]; i++, in += 3) {
          int w = fixed[weight + i];
          red += (from[in] & 0xff) * w;
          green += (from[in + 1] & 0xff) * w;
          blue += (from[in + 2] & 0xff) * w;
        }
        to[out] = clip(red);
        to[out + 1] = clip(green);
        to[out + 2] = clip(blue);
      }
    }
    return new Picture(width, picture.height(), to);
  }

  /** Whole lines are summed up at a time, so that memory is read in order. */
  private static Picture alongY(Picture picture, int height, Resampling filter) {
    if (height == picture.height()) {
      return picture;
    }
    Weights weights = Weights.of(picture.height(), height, filter);
    int line = 3 * picture.width();
    byte[] from = picture.rgb();
    byte[] to = new byte[line * height];
    int[] sums = new int[line];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
      for (int i = 0; i < weights.count()[y]; i++) {
        int w = weights.fixed()[y * weights.most() + i];
        int in = (weights.first()[y] + i) * line;
        for (int x = 0; x < line; x++) {
          sums[x] += (from[in + x] & 0xff) * w;
        }
      }
      for (int x = 0; x < line; x++) {
        to[y * line + x] = clip(sums[x]);
      }
    }
    return new Picture(picture.width(), height, to);
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
  }

  /**
   * Which source pixels make up each target pixel along one axis.
   *
   * @param most most source pixels of any target pixel: the stride of {@code fixed}
   * @param first first source pixel, {@code [targets]}
   * @param count source pixels, {@code [targets]}
   * @param fixed weights in units of 2^−22, {@code [targets, most]}
   */
  private record Weights(int most, int[] first, int[] count, int[] fixed) {
    static Weights of(int sources, int targets, Resampling filter) {
      double scale = (double) sources / targets;
      double filterScale = Math.max(scale, 1);
      double support = filter.support() * filterScale;
      int most = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[targets];
      int[] count = new int[targets];
      int[] fixed = new int[Math.multiplyExact(targets, most)];
      double[] exact = new double[most];
      for (int t = 0; t < targets; t++) {
        double centre = (t + 0.5) * scale;
        double inverse = 1 / filterScale;
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
      return new Weights(most, first, count, fixed);
    }
  }
}
