package dev.deed.processing.picture;

import java.io.DataInputStream;
import java.io.IOException;

/** The lines of samples of a pass of a PNG, unfiltered (PNG specification, section 9). */
final class Scanlines {
  private final DataInputStream filtered;

  /** Bytes of a pixel, at least 1. */
  private final int unit;

  /** The last line, its filter first, and the one above it: of zeros above the first. */
  private byte[] line;

  private byte[] above;

  /**
   * @param bytes of a line
   */
  Scanlines(DataInputStream filtered, int bytes, int unit) {
    this.filtered = filtered;
    this.unit = unit;
    this.line = new byte[1 + bytes];
    this.above = new byte[1 + bytes];
  }

  /**
   * The next line, whose samples begin at 1; only until the line behind it is asked for.
   *
   * @throws IOException when there are no more, or they do not decode
   */
  byte[] next() throws IOException {
    byte[] free = above;
    above = line;
    line = free;
    filtered.readFully(line);
    switch (line[0]) {
      case 0 -> {} // None.
      case 1 -> sub();
      case 2 -> up();
      case 3 -> average();
      case 4 -> paeth();
      default -> throw BadPicture.damaged("unknown filter " + line[0]);
    }
    return line;
  }

  private void sub() {
    for (int i = 1 + unit; i < line.length; i++) {
      line[i] += line[i - unit];
    }
  }

  private void up() {
    for (int i = 1; i < line.length; i++) {
      line[i] += above[i];
    }
  }

  private void average() {
    for (int i = 1; i < line.length; i++) {
      int left = i <= unit ? 0 : line[i - unit] & 0xff;
      int up = above[i] & 0xff;
      line[i] += (byte) ((left + up) >> 1);
    }
  }

  private void paeth() {
    for (int i = 1; i < Math.min(1 + unit, line.length); i++) {
      line[i] += above[i];
    }
    for (int i = 1 + unit; i < line.length; i++) {
      int left = line[i - unit] & 0xff;
      int up = above[i] & 0xff;
      int corner = above[i - unit] & 0xff;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      int predicted = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      line[i] += (byte) predicted;
    }
  }
}
