package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.util.Arrays;

/**
 * Resizes as Pillow's {@code Image.resize} does ({@code Resample.c}, {@code Geometry.c} for nearest
 * neighbours), sample for sample: the filter is widened by the scale when shrinking (antialiasing),
 * weights are fixed-point numbers, and each of the two passes rounds to 8 bits. Bilinear and
 * bicubic also as torchvision does it ({@code UpSampleKernelAVXAntialias.h} of PyTorch). Stateless.
 */
public final class Resizer {
  private Resizer() {}

  /**
   * Brings a picture to a size, without regard to its aspect ratio.
   *
   * @return a picture of {@code width × height}; the same object when it has that size already
   * @throws IllegalArgumentException when a side is below 1 or the result would not fit one array
   */
  public static Picture resize(Picture picture, int width, int height, Resampling filter) {
    return resize(picture, width, height, filter, ImageBackend.PILLOW, Interruption.NEVER);
  }

  /**
   * The same as a back end does it, as long as it is wanted.
   *
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  public static Picture resize(
      Picture picture,
      int width,
      int height,
      Resampling filter,
      ImageBackend backend,
      Interruption interruption) {
    if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("cannot resize to %d×%d".formatted(width, height));
    }
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    if (filter == Resampling.NEAREST) {
      return nearest(picture, width, height);
    }
    return resample(
        picture,
        new Axis(picture.width(), width, filter, backend),
        new Axis(picture.height(), height, filter, backend),
        interruption);
  }

  /**
   * The same, where a picture that shrinks a lot is first shrunk by whole factors, which is faster:
   * Pillow's {@code reducing_gap}.
   *
   * @param gap how many times the target's size is left for the filter, at least
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  public static Picture resizeInSteps(
      Picture picture,
      int width,
      int height,
      Resampling filter,
      double gap,
      Interruption interruption) {
    int across = Math.max(1, (int) ((double) picture.width() / width / gap));
    int down = Math.max(1, (int) ((double) picture.height() / height / gap));
    if (filter == Resampling.NEAREST || across == 1 && down == 1) {
      return resize(picture, width, height, filter, ImageBackend.PILLOW, interruption);
    }
    return resample(
        shrunk(picture, across, down, interruption),
        new Axis((double) picture.width() / across, width, filter, ImageBackend.PILLOW),
        new Axis((double) picture.height() / down, height, filter, ImageBackend.PILLOW),
        interruption);
  }

  /**
   * What is made of one side of a picture.
   *
   * @param extent of the source, in its pixels: the last one may be a part of one
   */
  private record Axis(double extent, int target, Resampling filter, ImageBackend backend) {
    boolean isKept(int side) {
      return side == target && extent == target;
    }

    Weights weights(int side) {
      return Weights.of(side, extent, target, filter, backend);
    }
  }

  private static Picture resample(Picture picture, Axis x, Axis y, Interruption interruption) {
    // The order shows in the rounding. Pillow 13 takes y first where y loses far more lines than x
    // loses columns.
    boolean verticalFirst =
        y.backend == ImageBackend.PILLOW
            && picture.height() - y.target > 2L * Math.max(0, picture.width() - x.target);
    Picture between =
        verticalFirst ? alongY(picture, y, interruption) : alongX(picture, x, interruption);
    return verticalFirst ? alongX(between, x, interruption) : alongY(between, y, interruption);
  }

  /**
   * Shrinks by boxes of {@code across} columns and {@code down} rows: each target pixel is the mean
   * of a box, those at the right and at the bottom of what is left ({@code Reduce.c} of Pillow,
   * sample for sample).
   */
  private static Picture shrunk(Picture picture, int across, int down, Interruption interruption) {
    int width = Math.ceilDiv(picture.width(), across);
    int height = Math.ceilDiv(picture.height(), down);
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * height];
    long[] sums = new long[3 * width];
    for (int y = 0; y < height; y++) {
      interruption.check();
      int top = y * down;
      int rows = Math.min(down, picture.height() - top);
      Arrays.fill(sums, 0);
      for (int row = top; row < top + rows; row++) {
        int in = 3 * row * picture.width();
        for (int x = 0; x < picture.width(); x++, in += 3) {
          int box = 3 * (x / across);
          sums[box] += from[in] & 0xff;
          sums[box + 1] += from[in + 1] & 0xff;
          sums[box + 2] += from[in + 2] & 0xff;
        }
      }
      for (int x = 0; x < width; x++) {
        int count = rows * Math.min(across, picture.width() - x * across);
        // In units of 2^−24; rounded as Pillow does.
        long factor = (long) (4_294_967_296f / (256f * count));
        for (int i = 3 * x; i < 3 * x + 3; i++) {
          to[3 * y * width + i] = (byte) ((sums[i] + count / 2) * factor >>> 24);
        }
      }
    }
    return new Picture(width, height, to);
  }

  private static Picture nearest(Picture picture, int width, int height) {
    int[] columns = nearest(picture.width(), width);
    int[] rows = nearest(picture.height(), height);
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * height];
    for (int y = 0, out = 0; y < height; y++) {
      int row = rows[y] * picture.width();
      for (int x = 0; x < width; x++, out += 3) {
        int in = 3 * (row + columns[x]);
        to[out] = from[in];
        to[out + 1] = from[in + 1];
        to[out + 2] = from[in + 2];
      }
    }
    return new Picture(width, height, to);
  }

  /** Source pixel of each target pixel; the step is summed up as Pillow does, rounding and all. */
  private static int[] nearest(int sources, int targets) {
    double step = (double) sources / targets;
    int[] result = new int[targets];
    double at = step * 0.5;
    for (int t = 0; t < targets; t++, at += step) {
      result[t] = Math.min((int) at, sources - 1);
    }
    return result;
  }

  private static Picture alongX(Picture picture, Axis axis, Interruption interruption) {
    if (axis.isKept(picture.width())) {
      return picture;
    }
    int width = axis.target;
    Weights weights = axis.weights(picture.width());
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * picture.height()];
    int[] fixed = weights.fixed();
    for (int y = 0, out = 0; y < picture.height(); y++) {
      interruption.check();
      int row = 3 * y * picture.width();
      for (int x = 0; x < width; x++, out += 3) {
        int red = weights.half();
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
        to[out] = weights.clip(red);
        to[out + 1] = weights.clip(green);
        to[out + 2] = weights.clip(blue);
      }
    }
    return new Picture(width, picture.height(), to);
  }

  /** Whole lines are summed up at a time, so that memory is read in order. */
  private static Picture alongY(Picture picture, Axis axis, Interruption interruption) {
    if (axis.isKept(picture.height())) {
      return picture;
    }
    int height = axis.target;
    Weights weights = axis.weights(picture.height());
    int line = 3 * picture.width();
    byte[] from = picture.rgb();
    byte[] to = new byte[line * height];
    int[] sums = new int[line];
    for (int y = 0; y < height; y++) {
      interruption.check();
      Arrays.fill(sums, weights.half());
      for (int i = 0; i < weights.count()[y]; i++) {
        int w = weights.fixed()[y * weights.most() + i];
        int in = (weights.first()[y] + i) * line;
        for (int x = 0; x < line; x++) {
          sums[x] += (from[in + x] & 0xff) * w;
        }
      }
      for (int x = 0; x < line; x++) {
        to[y * line + x] = weights.clip(sums[x]);
      }
    }
    return new Picture(picture.width(), height, to);
  }

  /**
   * Which source pixels make up each target pixel along one axis: the filter, widened by the scale
   * when shrinking (antialiasing), cut at the borders and scaled to a sum of 1.
   *
   * @param most most source pixels of any target pixel: the stride of {@code fixed}
   * @param first first source pixel, {@code [targets]}
   * @param count source pixels, {@code [targets]}
   * @param fixed weights in units of 2^−bits, {@code [targets, most]}
   */
  private record Weights(int most, int[] first, int[] count, int[] fixed, int bits) {
    /** Fraction bits of a weight: 32 less 8 for the sample and 2 for the overshoot of the cubic. */
    private static final int MOST_BITS = 22;

    /**
     * @param extent of the sources that the targets cover, from the first on; a part of the last
     *     one may be left over
     */
    static Weights of(
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
      return new Weights(most, first, count, fixed, bits);
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
}
