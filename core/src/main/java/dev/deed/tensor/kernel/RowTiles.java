package dev.deed.tensor.kernel;

/**
 * How rows are cut into tiles that are two vectors wide. 32 registers hold the sums of six rows: as
 * few tiles as possible, of sizes as equal as possible. With 16 registers the compiler spills from
 * ten sums on: tiles of four rows are about twice as fast as those of five or six, and faster than
 * those of three by half and more. So four rows and more are cut into tiles of four there, and the
 * last one computes some rows again, which changes no bits; so are many rows elsewhere.
 * lab/results/kernels.md has the measurements.
 */
final class RowTiles {
  static final int MOST = VectorLanes.WIDE ? 6 : 4;

  /** Rows from which on all tiles are of the largest size. */
  private static final int MANY = VectorLanes.WIDE ? 4 * MOST : MOST;

  private RowTiles() {}

  /**
   * Rows of the next tile. It begins with the next row, or as many rows earlier as it would
   * otherwise exceed {@code all}.
   *
   * @param left rows that no tile has had yet
   * @param all rows, those that a tile has had included
   */
  static int size(int left, int all) {
    if (all >= MANY) {
      return MOST;
    }
    int tiles = (left + MOST - 1) / MOST;
    return (left + tiles - 1) / tiles;
  }
}
