package dev.deed.processing.picture;

/**
 * The filtered scan lines of a PNG, pass after pass in one buffer: filled by the inflater, then
 * unfiltered in place, line by line (PNG specification, section 9).
 */
final class Scanlines {
  private final int bitsPerPixel;
  private final int filterUnit;
  private final byte[] buffer;
  private int filled;
  private int next;
  private int previous = -1;

  /**
   * @param passes width and height of each pass, in turn
   * @param bitsPerPixel bits of all channels together
   * @param encodedBytes length of the whole file: deflate shrinks at most 1032-fold, so a file too
   *     short for the size it claims is refused before that size is allocated
   */
  Scanlines(int[] passes, int bitsPerPixel, long encodedBytes) throws BadPictureException {
    this.bitsPerPixel = bitsPerPixel;
    this.filterUnit = Math.max(1, bitsPerPixel / 8);
    long bytes = 0;
    for (int p = 0; p < passes.length; p += 2) {
      bytes += passes[p + 1] * (1 + lineBytes(passes[p]));
    }
    if (bytes > Integer.MAX_VALUE - 8) {
      throw BadPictureException.tooLarge(
          "its samples are more than 2 GiB", "give a smaller picture");
    }
    if (bytes / 1032 > encodedBytes) {
      throw BadPictureException.truncated();
    }
    this.buffer = new byte[(int) bytes];
  }

  private long lineBytes(int pixels) {
    return ((long) pixels * bitsPerPixel + 7) / 8;
  }

  byte[] buffer() {
    return buffer;
  }

  int filled() {
    return filled;
  }

  int room() {
    return buffer.length - filled;
  }

  void advance(int count) {
    filled += count;
  }

  boolean complete() {
    return filled == buffer.length;
  }

  /** The next line is the first of a pass: there is none above it. */
  void startPass() {
    previous = -1;
  }

  /**
   * Undoes the filter of the next line.
   *
   * @return where its samples start in {@link #buffer()}
   */
  int unfilter(int pixels) throws BadPictureException {
    int length = (int) lineBytes(pixels);
    int filter = buffer[next];
    int start = next + 1;
    switch (filter) {
      case 0 -> {
        // None.
      }
      case 1 -> sub(start, length);
      case 2 -> up(start, length);
      case 3 -> average(start, length);
      case 4 -> paeth(start, length);
      default -> throw BadPictureException.damaged("unknown filter " + filter);
    }
    previous = start;
    next = start + length;
    return start;
  }

  private void sub(int start, int length) {
    for (int i = start + filterUnit; i < start + length; i++) {
      buffer[i] += buffer[i - filterUnit];
    }
  }

  private void up(int start, int length) {
    if (previous < 0) {
      return;
    }
    for (int i = 0; i < length; i++) {
      buffer[start + i] += buffer[previous + i];
    }
  }

  private void average(int start, int length) {
    for (int i = 0; i < length; i++) {
      int left = i < filterUnit ? 0 : buffer[start + i - filterUnit] & 0xff;
      int above = previous < 0 ? 0 : buffer[previous + i] & 0xff;
      buffer[start + i] += (byte) ((left + above) >> 1);
    }
  }

  private void paeth(int start, int length) {
    if (previous < 0) {
      // Without a line above, the predictor is the sample to the left.
      sub(start, length);
      return;
    }
    for (int i = 0; i < Math.min(filterUnit, length); i++) {
      buffer[start + i] += buffer[previous + i];
    }
    for (int i = filterUnit; i < length; i++) {
      int left = buffer[start + i - filterUnit] & 0xff;
      int above = buffer[previous + i] & 0xff;
      int corner = buffer[previous + i - filterUnit] & 0xff;
      int toLeft = Math.abs(above - corner);
      int toAbove = Math.abs(left - corner);
      int toCorner = Math.abs(left + above - 2 * corner);
      int predicted =
          toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
      buffer[start + i] += (byte) predicted;
    }
  }
}
