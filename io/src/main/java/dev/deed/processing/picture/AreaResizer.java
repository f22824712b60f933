package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.util.Arrays;

/**
 * Resizes both sides of a picture up, or both down, as OpenCV does with {@code INTER_AREA}: shrunk
 * pixels are means of areas, enlarged ones lie between two rows and two columns, with weights in
 * units of 1/2048. Stateless.
 */
final class AreaResizer {
  private static final int UNIT = 2048;

  private AreaResizer() {}

  /**
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  public static Picture resize(Picture from, int width, int height, Interruption interruption) {
    if (width == from.width() && height == from.height()) {
      return from;
    }
    byte[] to = new byte[Math.multiplyExact(3 * width, height)];
    if (height > from.height() || width > from.width()) {
      enlarge(from, width, height, to, interruption);
    } else if (from.width() == 2 * width && from.height() == 2 * height) {
      halve(from, width, to);
    } else {
      shrink(from, width, height, to, interruption);
    }
    return new Picture(width, height, to);
  }

  private static void halve(Picture from, int width, byte[] to) {
    int line = 3 * from.width();
    for (int i = 0; i < to.length; i++) {
      int at = 2 * (i / (3 * width)) * line + 6 * (i / 3 % width) + i % 3;
      int sum = level(from, at) + level(from, at + 3);
      sum += level(from, at + line) + level(from, at + line + 3);
      to[i] = (byte) (sum + 2 >> 2);
    }
  }

  private static int level(Picture picture, int at) {
    return picture.rgb()[at] & 0xff;
  }

  /**
   * The source pixels of each target pixel along one axis, with their weights.
   *
   * @param first of each
   * @param weights of those from there on
   */
  private record Areas(int[] first, float[][] weights) {
    /** An edge that is nearer to a pixel's than this is the pixel's. */
    private static final double SAME = 1e-3;

    static Areas of(int sources, int targets) {
      double scale = 1 / ((double) targets / sources);
      Areas areas = new Areas(new int[targets], new float[targets][]);
      for (int i = 0; i < targets; i++) {
        double from = i * scale;
        double to = from + scale;
        double width = Math.min(scale, sources - from);
        int end = Math.min((int) Math.floor(to), sources - 1);
        int begin = Math.min((int) Math.ceil(from), end);
        boolean before = begin - from > SAME;
        boolean behind = to - end > SAME;
        int first = before ? begin - 1 : begin;
        float[] weights = new float[(behind ? end + 1 : end) - first];
        Arrays.fill(weights, (float) (1 / width));
        if (before) {
          weights[0] = (float) ((begin - from) / width);
        }
        if (behind) {
          weights[weights.length - 1] = (float) (Math.min(Math.min(to - end, 1), width) / width);
        }
        areas.first[i] = first;
        areas.weights[i] = weights;
      }
      return areas;
    }
  }

  private static void shrink(
      Picture from, int width, int height, byte[] to, Interruption interruption) {
    Areas columns = Areas.of(from.width(), width);
    Areas rows = Areas.of(from.height(), height);
    float[] row = new float[3 * width];
    int made = -1;
    for (int y = 0; y < height; y++) {
      interruption.check();
      float[] sum = new float[3 * width];
      float[] weights = rows.weights[y];
      for (int i = 0; i < weights.length; i++) {
        if (made != rows.first[y] + i) {
          made = rows.first[y] + i;
          alongX(from, made, columns, row);
        }
        for (int x = 0; x < sum.length; x++) {
          sum[x] += weights[i] * row[x];
        }
      }
      for (int x = 0; x < sum.length; x++) {
        to[y * sum.length + x] = (byte) Math.clamp((int) Math.rint(sum[x]), 0, 255);
      }
    }
  }

  private static void alongX(Picture from, int y, Areas columns, float[] to) {
    int line = 3 * from.width() * y;
    for (int x = 0; x < to.length; x++) {
      float[] weights = columns.weights[x / 3];
      int at = line + 3 * columns.first[x / 3] + x % 3;
      float sum = 0;
      for (float weight : weights) {
        sum += level(from, at) * weight;
        at += 3;
      }
      to[x] = sum;
    }
  }

  /**
   * The two source pixels of each target pixel along one axis: the one given, and the next.
   *
   * @param first the last of all stands alone
   * @param next weight of the next one, in units
   * @param own weight of the one given, in units
   */
  private record Pairs(int[] first, int[] next, int[] own) {
    static Pairs of(int sources, int targets) {
      double scale = (double) targets / sources;
      double back = 1 / scale;
      Pairs pairs = new Pairs(new int[targets], new int[targets], new int[targets]);
      for (int i = 0; i < targets; i++) {
        int first = (int) Math.floor(i * back);
        float share = (float) (i + 1 - (first + 1) * scale);
        share = share <= 0 ? 0 : share - (float) Math.floor(share);
        boolean last = first >= sources - 1;
        pairs.first[i] = last ? sources - 1 : first;
        pairs.next[i] = last ? 0 : (int) Math.rint(share * UNIT);
        pairs.own[i] = last ? UNIT : (int) Math.rint((1 - share) * UNIT);
      }
      return pairs;
    }
  }

  private static void enlarge(
      Picture from, int width, int height, byte[] to, Interruption interruption) {
    Pairs columns = Pairs.of(from.width(), width);
    Pairs rows = Pairs.of(from.height(), height);
    int line = 3 * width;
    int[] above = new int[line];
    int[] below = new int[line];
    int made = -1;
    for (int y = 0; y < height; y++) {
      interruption.check();
      if (made != rows.first[y]) {
        made = rows.first[y];
        alongX(from, made, columns, above);
        alongX(from, Math.min(made + 1, from.height() - 1), columns, below);
      }
      for (int x = 0; x < line; x++) {
        int sum = (rows.own[y] * (above[x] >> 4) >> 16) + (rows.next[y] * (below[x] >> 4) >> 16);
        to[y * line + x] = (byte) (sum + 2 >> 2);
      }
    }
  }

  private static void alongX(Picture from, int y, Pairs columns, int[] to) {
    int line = 3 * from.width() * y;
    for (int x = 0; x < to.length; x++) {
      int pixel = x / 3;
      int at = line + 3 * columns.first[pixel] + x % 3;
      int next = columns.next[pixel];
      to[x] = level(from, at) * columns.own[pixel] + (next == 0 ? 0 : level(from, at + 3) * next);
    }
  }
}
