package dev.deed.processing.picture;

import dev.deed.files.Interruption;

/**
 * Resizes samples that are numbers, not levels, as {@code torch.nn.functional.interpolate(mode =
 * "bilinear", antialias = True)} does: the triangle filter, widened by the scale when shrinking,
 * along x and then along y, in single precision and without rounding to levels. Stateless.
 */
final class FloatResizer {
  private FloatResizer() {}

  /**
   * @param levels the number that each of the 256 levels stands for
   * @return {@code [height, width, 3]}, row-major
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  public static float[] resize(
      Picture picture, float[] levels, int width, int height, Interruption interruption) {
    Weights columns = Weights.of(picture.width(), width);
    Weights rows = Weights.of(picture.height(), height);
    int line = 3 * width;
    // Rows that no target row needs any more make room for others: a tall picture has millions.
    float[][] kept = new float[Math.min(rows.most, picture.height())][line];
    float[] to = new float[Math.multiplyExact(line, height)];
    for (int y = 0, made = 0; y < height; y++) {
      interruption.check();
      int end = rows.first[y] + rows.count[y];
      for (; made < end; made++) {
        alongX(picture, made, levels, columns, kept[made % kept.length]);
      }
      int out = y * line;
      for (int i = 0; i < rows.count[y]; i++) {
        float w = rows.values[y * rows.most + i];
        float[] from = kept[(rows.first[y] + i) % kept.length];
        for (int x = 0; x < line; x++) {
          to[out + x] += from[x] * w;
        }
      }
    }
    return to;
  }

  /** Writes the sums of one row. */
  private static void alongX(Picture picture, int y, float[] levels, Weights weights, float[] to) {
    byte[] from = picture.rgb();
    int row = 3 * y * picture.width();
    for (int x = 0, out = 0; out < to.length; x++, out += 3) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int in = row + 3 * weights.first[x];
      for (int i = 0; i < weights.count[x]; i++, in += 3) {
        float w = weights.values[x * weights.most + i];
        red += levels[from[in] & 0xff] * w;
        green += levels[from[in + 1] & 0xff] * w;
        blue += levels[from[in + 2] & 0xff] * w;
      }
      to[out] = red;
      to[out + 1] = green;
      to[out + 2] = blue;
    }
  }

  /**
   * Which source samples make up each target sample along one axis.
   *
   * @param most most source samples of any target sample: the stride of {@code values}
   */
  private record Weights(int most, int[] first, int[] count, float[] values) {
    static Weights of(int sources, int targets) {
      float scale = (float) sources / targets;
      float support = Math.max(scale, 1);
      float inverse = scale >= 1 ? 1 / scale : 1;
      int most = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[targets];
      int[] count = new int[targets];
      float[] values = new float[Math.multiplyExact(targets, most)];
      for (int t = 0; t < targets; t++) {
        float centre = (float) (scale * (t + 0.5));
        int from = Math.max(0, (int) (centre - support + 0.5));
        int to = Math.min(sources, (int) (centre + support + 0.5));
        float sum = 0;
        for (int i = 0; i < to - from; i++) {
          float distance = Math.abs((float) ((i + from - centre + 0.5) * inverse));
          float weight = distance < 1 ? 1 - distance : 0;
          values[t * most + i] = weight;
          sum += weight;
        }
        first[t] = from;
        count[t] = to - from;
        for (int i = 0; i < to - from; i++) {
          values[t * most + i] /= sum;
        }
      }
      return new Weights(most, first, count, values);
    }
  }
}
