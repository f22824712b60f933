package dev.deed.processing.picture;

import java.util.Arrays;

/**
 * The filtered scan lines of a PNG, pass after pass: put together from what the inflater gives,
 * unfiltered (PNG specification, section 9), and handed on one by one. Two lines are kept at a
 * time, so that samples take memory once, as RGB.
 */
final class Scanlines {
  /** Deflate shrinks by this at most. */
  private static final long MOST_INFLATION = 1032;

  /** Takes a line that is whole. */
  @FunctionalInterface
  interface Sink {
    /**
     * @param samples holds the line, from {@code start} on; only until the call ends
     * @param pass number of its pass, from 0
     * @param row its number in the pass, from 0
     */
    void line(byte[] samples, int start, int pixels, int pass, int row);
  }

  private final int[] passes;
  private final int bitsPerPixel;
  private final int filterUnit;
  private final Sink sink;
  private long missing;

  /** The line in the making, its filter first; and the one above it. */
  private byte[] line;

  private byte[] above;
  private int filled;
  private int pass;
  private int row;

  /**
   * @param passes width and height of each pass, in turn
   * @param bitsPerPixel bits of all channels together
   * @param encodedBytes length of the whole file: one that is too short for the size that it claims
   *     is refused before that size is allocated
   */
  Scanlines(int[] passes, int bitsPerPixel, long encodedBytes, Sink sink) {
    this.passes = passes;
    this.bitsPerPixel = bitsPerPixel;
    this.filterUnit = Math.max(1, bitsPerPixel / 8);
    this.sink = sink;
    int longest = 0;
    for (int p = 0; p < passes.length; p += 2) {
      missing += passes[p + 1] * (1L + lineBytes(passes[p]));
      longest = Math.max(longest, lineBytes(passes[p]));
    }
    BadPicture.truncatedIf(missing / MOST_INFLATION > encodedBytes);
    this.line = new byte[1 + longest];
    this.above = new byte[1 + longest];
    skipEmptyPasses();
  }

  private int lineBytes(int pixels) {
    return (int) (((long) pixels * bitsPerPixel + 7) / 8);
  }

  long missing() {
    return missing;
  }

  /**
   * @param count no more than are missing
   */
  void add(byte[] bytes, int count) {
    int at = 0;
    while (at < count) {
      int whole = 1 + lineBytes(passes[2 * pass]);
      int part = Math.min(whole - filled, count - at);
      System.arraycopy(bytes, at, line, filled, part);
      at += part;
      filled += part;
      if (filled == whole) {
        finishLine(whole);
      }
    }
    missing -= count;
  }

  private void finishLine(int whole) {
    unfilter(whole);
    sink.line(line, 1, passes[2 * pass], pass, row);
    filled = 0;
    if (++row == passes[2 * pass + 1]) {
      row = 0;
      pass++;
      // Above the first line of a pass are zeros.
      Arrays.fill(above, (byte) 0);
      skipEmptyPasses();
    } else {
      byte[] next = above;
      above = line;
      line = next;
    }
  }

  private void skipEmptyPasses() {
    while (2 * pass < passes.length && passes[2 * pass + 1] == 0) {
      pass++;
    }
  }

  /** Undoes the filter of the line; its samples begin at 1. */
  private void unfilter(int end) {
    switch (line[0]) {
      case 0 -> {} // None.
      case 1 -> sub(end);
      case 2 -> up(end);
      case 3 -> average(end);
      case 4 -> paeth(end);
      default -> throw BadPicture.damaged("unknown filter " + line[0]);
    }
  }

  private void sub(int end) {
    for (int i = 1 + filterUnit; i < end; i++) {
      line[i] += line[i - filterUnit];
    }
  }

  private void up(int end) {
    for (int i = 1; i < end; i++) {
      line[i] += above[i];
    }
  }

  private void average(int end) {
    for (int i = 1; i < end; i++) {
      int left = i <= filterUnit ? 0 : line[i - filterUnit] & 0xff;
      int up = above[i] & 0xff;
      line[i] += (byte) ((left + up) >> 1);
    }
  }

  private void paeth(int end) {
    for (int i = 1; i < Math.min(1 + filterUnit, end); i++) {
      line[i] += above[i];
    }
    for (int i = 1 + filterUnit; i < end; i++) {
      int left = line[i - filterUnit] & 0xff;
      int up = above[i] & 0xff;
      int corner = above[i - filterUnit] & 0xff;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      int predicted = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      line[i] += (byte) predicted;
    }
  }
}
