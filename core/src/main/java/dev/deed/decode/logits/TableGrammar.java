package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.List;

/**
 * How far an answer has come as a table whose rows are as long as its first: a place goes on with a
 * cell at its left that ends in its row, or with one above that covers one column; the last place
 * of a row is followed by its end, and two rows of empty cells by the end of the table. So spans
 * are closed, and no answer runs on with empty cells or rows. Tags of OTSL ({@code
 * docs/pictures.md}).
 */
public final class TableGrammar implements AnswerState {
  /** Tags in the order in which their tokens are given. */
  public static final List<String> TAGS =
      List.of("ecel", "fcel", "lcel", "ucel", "nl", "ched", "rhed", "srow");

  private static final int EMPTY = 0;
  private static final int LEFT = 2;
  private static final int ABOVE = 3;
  private static final int ROW_END = 4;

  /** Of a row: many more than tables have that a model reads from one picture. */
  private static final int LONGEST_ROW = 128;

  private static final int MOST_EMPTY_ROWS = 2;
  private static final int OVER = -1;

  private final List<Integer> tokens;
  private final List<Integer> ends;

  /** Places of the row above; empty before the first row ends. */
  private final int[] above;

  /** Places so far of the row at hand. */
  private final int[] row;

  /** That were written last; {@link #OVER} once nothing may follow. */
  private final int emptyRows;

  private TableGrammar(
      List<Integer> tokens, List<Integer> ends, int[] above, int[] row, int emptyRows) {
    this.tokens = tokens;
    this.ends = ends;
    this.above = above;
    this.row = row;
    this.emptyRows = emptyRows;
  }

  /**
   * The state before the first tag.
   *
   * @param tokens of the {@link #TAGS}, in their order
   * @param ends tokens that end an answer
   * @throws IllegalArgumentException when there are more or fewer than tags
   */
  public static TableGrammar start(List<Integer> tokens, List<Integer> ends) {
    if (tokens.size() != TAGS.size()) {
      throw new IllegalArgumentException(tokens.size() + " tokens for " + TAGS.size() + " tags");
    }
    return new TableGrammar(List.copyOf(tokens), List.copyOf(ends), new int[0], new int[0], 0);
  }

  @Override
  public int forced() {
    if (emptyRows == OVER) {
      return NOT_FORCED;
    }
    if (isFull()) {
      return tokens.get(ROW_END);
    }
    return emptyRows == MOST_EMPTY_ROWS && row.length == 0 && ends.size() == 1
        ? ends.getFirst()
        : NOT_FORCED;
  }

  @Override
  public boolean allows(int token) {
    if (emptyRows == OVER) {
      return false;
    }
    if (ends.contains(token)) {
      return row.length == 0 && above.length > 0;
    }
    if (row.length == 0 && emptyRows == MOST_EMPTY_ROWS) {
      return false;
    }
    int at = row.length;
    boolean isFirstRow = above.length == 0;
    return switch (tokens.indexOf(token)) {
      case -1 -> false;
      case ROW_END -> isFirstRow ? at > 0 : isFull();
      case LEFT -> !isFull() && at > 0 && row[at - 1] != ABOVE;
      case ABOVE ->
          !isFirstRow
              && !isFull()
              && above[at] != LEFT
              && (at + 1 == above.length || above[at + 1] != LEFT);
      default -> !isFull();
    };
  }

  private boolean isFull() {
    return row.length == (above.length == 0 ? LONGEST_ROW : above.length);
  }

  @Override
  public void restrict(Scores scores) {
    long[] allowed = new long[(scores.size() + 63) / 64];
    for (int token = 0; token < scores.size(); token++) {
      if (allows(token)) {
        allowed[token >> 6] |= 1L << (token & 63);
      }
    }
    scores.keepOnly(allowed);
  }

  @Override
  public AnswerState after(int token) {
    if (!allows(token) || ends.contains(token)) {
      return new TableGrammar(tokens, ends, above, row, OVER);
    }
    int tag = tokens.indexOf(token);
    if (tag == ROW_END) {
      boolean isEmpty = true;
      for (int place : row) {
        isEmpty &= place == EMPTY;
      }
      return new TableGrammar(tokens, ends, row, new int[0], isEmpty ? emptyRows + 1 : 0);
    }
    int[] longer = Arrays.copyOf(row, row.length + 1);
    longer[row.length] = tag;
    return new TableGrammar(tokens, ends, above, longer, emptyRows);
  }
}
