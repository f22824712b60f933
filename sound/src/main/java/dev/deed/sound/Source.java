package dev.deed.sound;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a stream that can be marked, at any place. Belongs to one thread. */
final class Source {
  private final InputStream in;
  private final long length;
  private long place;

  /**
   * @param in read from where it is; its mark is taken
   */
  Source(InputStream in) throws IOException {
    this.in = in;
    in.mark(Integer.MAX_VALUE);
    long skipped;
    do {
      skipped = in.skip(Integer.MAX_VALUE);
      place += skipped;
    } while (skipped > 0);
    this.length = place;
    seek(0);
  }

  long length() {
    return length;
  }

  long place() {
    return place;
  }

  boolean isAtEnd() {
    return place >= length;
  }

  /**
   * @throws EOFException when the file ends before that place
   */
  void seek(long to) throws IOException {
    if (to < 0 || to > length) {
      throw new EOFException("the file ends before byte " + to);
    }
    if (to < place) {
      in.reset();
      place = 0;
    }
    in.skipNBytes(to - place);
    place = to;
  }

  /**
   * @throws EOFException when there are not that many
   */
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > length - place) {
      throw new EOFException("the file ends before byte " + (place + count));
    }
    byte[] bytes = in.readNBytes((int) count);
    place += count;
    return bytes;
  }

  /** A number of 1 to 8 bytes, the highest first. */
  long number(int bytes) throws IOException {
    return number(bytes(bytes), 0, bytes);
  }

  /**
   * A number of 1 to 8 bytes, the highest first.
   *
   * @throws IndexOutOfBoundsException when the bytes end before
   */
  static long number(byte[] from, int at, int bytes) {
    long number = 0;
    for (int i = at; i < at + bytes; i++) {
      number = number << Byte.SIZE | from[i] & 0xff;
    }
    return number;
  }
}
