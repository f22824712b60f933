package dev.deed.sound;

import java.io.IOException;
import java.util.stream.IntStream;

/**
 * Looks through the tables of Vorbis (Vorbis I, section 4.2.4) before its decoder does, which would
 * allocate whatever they claim. Belongs to one thread.
 */
final class VorbisSetup {
  private static final int BOOK = 0x564342;

  /** Numbers that a book, all books, and a residue may have: far more than any encoder's. */
  private static final long MOST_OF_BOOK = 1 << 18;

  private static final long MOST_OF_BOOKS = 1 << 20;
  private static final int MOST_DIMENSIONS = 16;
  private static final int MOST_OF_RESIDUE = 1 << 18;

  private final byte[] bytes;
  private long at;
  private long[] entries = new long[0];
  private int[] dimensions = new int[0];

  private VorbisSetup(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param header the third of the headers
   * @throws IOException when it is damaged or asks for too much
   */
  static void check(byte[] header) throws IOException {
    VorbisSetup setup = new VorbisSetup(header);
    setup.at = 7 * Byte.SIZE;
    setup.books();
    for (int times = setup.next(6) + 1; times > 0; times--) {
      setup.next(16);
    }
    for (int floors = setup.next(6) + 1; floors > 0; floors--) {
      setup.floor();
    }
    for (int residues = setup.next(6) + 1; residues > 0; residues--) {
      setup.residue();
    }
  }

  /** The next bits as a number, the lowest of each byte first. */
  private int next(int count) throws IOException {
    require(at + count <= (long) bytes.length * Byte.SIZE);
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      value |= (bytes[(int) (at / Byte.SIZE)] >> at % Byte.SIZE & 1) << i;
    }
    return value;
  }

  private static void require(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("its tables are damaged or huge");
    }
  }

  private void books() throws IOException {
    int books = next(8) + 1;
    entries = new long[books];
    dimensions = new int[books];
    long all = 0;
    for (int book = 0; book < books; book++) {
      require(next(24) == BOOK);
      dimensions[book] = next(16);
      entries[book] = next(24);
      long numbers = dimensions[book] * entries[book];
      all += numbers;
      require(numbers > 0 && numbers <= MOST_OF_BOOK && all <= MOST_OF_BOOKS);
      require(dimensions[book] <= MOST_DIMENSIONS);
      lengths(entries[book]);
      values(dimensions[book], entries[book]);
    }
  }

  private void lengths(long count) throws IOException {
    if (next(1) != 0) {
      next(5);
      for (long done = 0; done < count; ) {
        int more = next(Long.SIZE - Long.numberOfLeadingZeros(count - done));
        require(more <= count - done);
        done += more;
      }
      return;
    }
    boolean sparse = next(1) != 0;
    for (long i = 0; i < count; i++) {
      if (!sparse || next(1) != 0) {
        next(5);
      }
    }
  }

  private void values(int dimension, long count) throws IOException {
    int kind = next(4);
    require(kind <= 2);
    if (kind == 0) {
      return;
    }
    at += 2 * 32;
    int bits = next(4) + 1;
    long values = 1;
    while (kind == 1 && Math.pow(values + 1, dimension) <= count) {
      values++;
    }
    at += 1 + bits * (kind == 1 ? values : dimension * count);
  }

  private void floor() throws IOException {
    int kind = next(16);
    require(kind <= 1);
    if (kind == 0) {
      at += 8 + 16 + 16 + 6 + 8;
      at += 8L * (next(4) + 1);
      return;
    }
    int[] classes = new int[next(5)];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = next(4);
    }
    int[] sizes = new int[1 + IntStream.of(classes).max().orElse(-1)];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = next(3) + 1;
      int more = next(2);
      at += (more == 0 ? 0 : 8) + (8L << more);
    }
    at += 2;
    int bits = next(4);
    at += (long) bits * IntStream.of(classes).map(each -> sizes[each]).sum();
  }

  private void residue() throws IOException {
    require(next(16) <= 2);
    int from = next(24);
    require(from <= MOST_OF_RESIDUE && next(24) <= MOST_OF_RESIDUE);
    next(24);
    int kinds = next(6) + 1;
    int book = next(8);
    require(book < entries.length && Math.pow(kinds, dimensions[book]) <= entries[book]);
    int books = 0;
    for (int i = 0; i < kinds; i++) {
      int stages = next(3);
      books += Integer.bitCount(next(1) != 0 ? stages | next(5) << 3 : stages);
    }
    at += 8L * books;
  }
}
