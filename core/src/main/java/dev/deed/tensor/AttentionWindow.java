package dev.deed.tensor;

/**
 * The positions around a row's own that it may see: row r, whose position is {@code position + r ·
 * step}, sees {@code before} positions in front of its own and {@code after} behind it.
 *
 * @param position of row 0
 * @param step 1 where each row has the next position, 0 where all have the same
 */
public record AttentionWindow(int position, int step, int before, int after) {
  /** The first position that a row sees. */
  public int first(int row) {
    return Math.max(0, position + row * step - before);
  }

  /** Behind the last position that it sees. */
  int end(int row) {
    return Math.max(0, position + row * step + after + 1);
  }

  /** Positions that one row sees, at most. */
  public int width() {
    return before + 1 + after;
  }
}
