package dev.deed.processing.sound;

/** Bits of a file in memory, the highest of each byte first. Belongs to one thread. */
final class FlacBits {
  private final byte[] file;

  /** The next byte that is not among {@code bits}. */
  private int at;

  /** Bits that come next, at the high end; zeros behind them. */
  private long bits;

  private int count;

  FlacBits(byte[] file, int at) {
    this.file = file;
    this.at = at;
  }

  /** The byte that holds the next bit. */
  int place() {
    return at - Math.ceilDiv(count, Byte.SIZE);
  }

  /** Skips what is left of a byte. */
  void align() {
    int rest = count % Byte.SIZE;
    bits <<= rest;
    count -= rest;
  }

  private void fill() {
    while (count <= Long.SIZE - Byte.SIZE && at < file.length) {
      bits |= (file[at++] & 0xffL) << Long.SIZE - Byte.SIZE - count;
      count += Byte.SIZE;
    }
  }

  /** The next bits as a number from 0 on; at most 56. */
  long unsigned(int width) {
    if (width == 0) {
      return 0;
    }
    if (count < width) {
      fill();
      BadSound.truncatedIf(count < width);
    }
    long value = bits >>> Long.SIZE - width;
    bits <<= width;
    count -= width;
    return value;
  }

  /** The next bits as a number in two's complement; at most 56. */
  long signed(int width) {
    return width == 0 ? 0 : unsigned(width) << Long.SIZE - width >> Long.SIZE - width;
  }

  /** How many zeros come before the next one, which is taken too. */
  long zeros() {
    long zeros = 0;
    while (true) {
      fill();
      BadSound.truncatedIf(count == 0);
      int more = Long.numberOfLeadingZeros(bits);
      if (more < count) {
        bits = bits << more << 1;
        count -= more + 1;
        return zeros + more;
      }
      zeros += count;
      bits = 0;
      count = 0;
    }
  }
}
