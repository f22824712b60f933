package dev.deed.model.front;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import java.util.Arrays;

/**
 * A learned bias for each distance between two cells of a grid, query minus key: row {@code (dy +
 * height − 1) · (2 · width − 1) + dx + width − 1} of the table (Liu et al. 2021, arXiv 2103.14030,
 * section 3.2). With a class token before the cells (BEiT), three more rows stand at the end: token
 * to cell, cell to token, token to itself. Immutable.
 *
 * @param table [heads, rows]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GridBias(int height, int width, boolean classToken, int heads, float[] table) {
  private static final int CLASS_TOKEN_ROWS = 3;

  public static int rows(int height, int width, boolean classToken) {
    return (2 * height - 1) * (2 * width - 1) + (classToken ? CLASS_TOKEN_ROWS : 0);
  }

  /**
   * @param byRow [rows, heads], as checkpoints store it
   */
  public static GridBias of(int height, int width, boolean classToken, int heads, float[] byRow) {
    int rows = byRow.length / heads;
    float[] table = new float[byRow.length];
    for (int row = 0; row < rows; row++) {
      for (int head = 0; head < heads; head++) {
        table[head * rows + row] = byRow[row * heads + head];
      }
    }
    return new GridBias(height, width, classToken, heads, table);
  }

  /** Number of cells, the class token included. */
  public int positions() {
    return height * width + (classToken ? 1 : 0);
  }

  /** Number of values that {@link #expand} writes. */
  public int expandedLength() {
    return Math.multiplyExact(heads, Math.multiplyExact(positions(), positions()));
  }

  /**
   * Writes the bias of every position over every position.
   *
   * @param target receives [heads, positions, positions] from {@code offset} on
   */
  public void expand(float[] target, int offset, ThreadPool pool) {
    int positions = positions();
    pool.run(
        heads * positions,
        part -> {
          int query = part % positions;
          row(part / positions * (table.length / heads), query, target, offset + part * positions);
        });
  }

  /** Expanded values as a bias of attention over all positions. */
  public AttentionBias view(float[] expanded, int offset) {
    return new AttentionBias(expanded, offset, positions(), positions() * positions());
  }

  private void row(int head, int query, float[] target, int at) {
    int cells = at;
    int cell = query;
    if (classToken) {
      int tokenRows = head + table.length / heads - CLASS_TOKEN_ROWS;
      if (query == 0) {
        Arrays.fill(target, at, at + positions(), table[tokenRows]);
        target[at] = table[tokenRows + 2];
        return;
      }
      target[at] = table[tokenRows + 1];
      cells++;
      cell--;
    }
    int y = cell / width;
    int x = cell % width;
    for (int keyY = 0; keyY < height; keyY++) {
      int from = head + (y - keyY + height - 1) * (2 * width - 1) + x + width - 1;
      for (int keyX = 0; keyX < width; keyX++) {
        target[cells + keyY * width + keyX] = table[from - keyX];
      }
    }
  }
}
