package dev.deed.model.front;

/**
 * Bilinear resampling of a grid, without antialiasing, pixel centres aligned: {@code interpolate(…,
 * mode="bilinear", align_corners=False)} of PyTorch.
 */
final class GridResampling {
  private GridResampling() {}

  /**
   * BEiT's table of distances for a picture that is not square. The reference implementation takes
   * the stored rows for a grid of {@code 2 · width − 1} rows and {@code 2 · height − 1} columns,
   * the sides the wrong way round, and resamples it to {@code 2 · height − 1} by {@code 2 · width −
   * 1}; models were trained through that.
   *
   * @param stored [rows, heads], three rows for the class token last
   */
  public static float[] turned(float[] stored, int heads, int height, int width) {
    int rows = 2 * height - 1;
    int columns = 2 * width - 1;
    float[] resampled = stored.clone();
    for (int y = 0; y < rows; y++) {
      Place down = Place.of(y, columns, rows);
      for (int x = 0; x < columns; x++) {
        Place across = Place.of(x, rows, columns);
        for (int head = 0; head < heads; head++) {
          float above = across.between(stored, (down.low * rows) * heads + head, heads);
          float below = across.between(stored, (down.high * rows) * heads + head, heads);
          resampled[(y * columns + x) * heads + head] =
              (1 - down.share) * above + down.share * below;
        }
      }
    }
    return resampled;
  }

  /** Where a target index falls in the source; the value at {@code high} has this share. */
  private record Place(int low, int high, float share) {
    static Place of(int target, int sources, int targets) {
      float at = Math.max(0f, (target + 0.5f) * ((float) sources / targets) - 0.5f);
      int low = Math.min((int) at, sources - 1);
      return new Place(low, Math.min(low + 1, sources - 1), at - low);
    }

    float between(float[] values, int from, int step) {
      return (1 - share) * values[from + low * step] + share * values[from + high * step];
    }
  }
}
