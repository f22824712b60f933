package dev.deed.model.front;

/**
 * How a grid falls into square windows. The grid is filled up to whole windows at the right and at
 * the bottom; with a shift, it is then rolled to the left and up, so that windows at the end of a
 * row or column hold regions that were not neighbours and must not see each other (Liu et al. 2021,
 * arXiv 2103.14030, section 3.2).
 *
 * @param height rows of the grid
 * @param width columns of the grid
 * @param window edge of a window, at most the grid's shorter side
 * @param shift cells that the grid is rolled, 0 to below {@code window}
 */
record WindowPartition(int height, int width, int window, int shift) {
  /** Kinds of windows that differ in which of their cells see each other. */
  public static final int KINDS = 4;

  /** Slots of a window that hold no cell of the grid. */
  public static final int FILLING = -1;

  /**
   * The windows of a layer. A grid whose shorter side is one window is not shifted at all, as the
   * reference implementation has it.
   */
  public static WindowPartition of(FeatureMap grid, int window, int shift) {
    boolean single = Math.min(grid.height(), grid.width()) <= window;
    return new WindowPartition(grid.height(), grid.width(), window, single ? 0 : shift);
  }

  private int windowRows() {
    return (height + window - 1) / window;
  }

  private int windowColumns() {
    return (width + window - 1) / window;
  }

  public int count() {
    return windowRows() * windowColumns();
  }

  public int slots() {
    return window * window;
  }

  /**
   * The cells of a window, row by row.
   *
   * @param cells receives [window · window] indices in the grid, {@link #FILLING} where there is
   *     none
   */
  public void cells(int number, int[] cells) {
    int top = number / windowColumns() * window + shift;
    int left = number % windowColumns() * window + shift;
    for (int y = 0; y < window; y++) {
      int row = (top + y) % (windowRows() * window);
      for (int x = 0; x < window; x++) {
        int column = (left + x) % (windowColumns() * window);
        cells[y * window + x] = row < height && column < width ? row * width + column : FILLING;
      }
    }
  }

  /** Kind of a window: 0 where all cells see each other. */
  public int kind(int number) {
    if (shift == 0) {
      return 0;
    }
    boolean bottom = number / windowColumns() == windowRows() - 1;
    boolean right = number % windowColumns() == windowColumns() - 1;
    return (bottom ? 2 : 0) + (right ? 1 : 0);
  }

  /** Whether two slots of a window of some kind hold cells that were neighbours. */
  public boolean together(int kind, int slot, int other) {
    int border = window - shift;
    boolean rows = kind < 2 || (slot / window < border) == (other / window < border);
    boolean columns = kind % 2 == 0 || (slot % window < border) == (other % window < border);
    return rows && columns;
  }
}
