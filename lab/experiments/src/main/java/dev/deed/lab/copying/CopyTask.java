package dev.deed.lab.copying;

import java.util.Locale;

/** What an example asks for, and how often among those that ask a page to be read back. */
enum CopyTask {
  /** {@code read line 7}: the seventh text line in reading order. */
  LINE(1),
  /** {@code what follows TEL: ?}: the rest of the line that begins so. */
  REST(4),
  /** {@code which line begins with TEL: ?}: all of it. */
  WHOLE(3),
  /** {@code which line comes after TEL: ?}: the line after the one that begins so. */
  NEXT(2),
  /** {@code what is written right of TOTAL: ?}: the neighbour in the same row. */
  RIGHT(3),
  /** {@code read 3 lines from TEL: ?}: three lines from the one that begins so. */
  SEVERAL(2),
  /** {@code what is the total?}, of made-up receipts only; has a share of its own. */
  FIELD(0);

  private final int weight;

  CopyTask(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
