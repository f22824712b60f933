package dev.deed.value;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cell of a table. Immutable.
 *
 * @param row first row, from 0
 * @param column first column, from 0
 * @param rowSpan rows that it covers, at least 1
 * @param columnSpan columns that it covers, at least 1
 * @param text its words, joined by blanks; empty without any
 * @param box where it stands on the page; edges may lie out of order or off the page, as the model
 *     says
 * @param header what it is a header of; null for a cell of the body
 */
public record TableCell(
    int row,
    int column,
    int rowSpan,
    int columnSpan,
    String text,
    PageBox box,
    @Nullable Header header) {
  /** What a cell is a header of. */
  public enum Header {
    /** Of columns. */
    COLUMN,
    /** Of rows. */
    ROW,
    /** Of a section of the table. */
    SECTION
  }

  /** Takes the values as they are. */
  public TableCell {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(box, "box");
  }
}
