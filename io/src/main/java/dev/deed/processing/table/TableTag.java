package dev.deed.processing.table;

import dev.deed.value.TableCell.Header;
import org.jspecify.annotations.Nullable;

/**
 * The tags of OTSL, a table's structure row by row: a cell without text, one with text; what goes
 * on with the cell at the left, above, or both; the end of a row; a header of columns, of rows, of
 * a section.
 */
public enum TableTag {
  ECEL,
  FCEL,
  LCEL,
  UCEL,
  XCEL,
  NL,
  CHED,
  RHED,
  SROW;

  /** Whether a cell begins here. */
  boolean isCell() {
    return switch (this) {
      case ECEL, FCEL, CHED, RHED, SROW -> true;
      case LCEL, UCEL, XCEL, NL -> false;
    };
  }

  /** What the cell is a header of; null for none. */
  @Nullable Header header() {
    return switch (this) {
      case CHED -> Header.COLUMN;
      case RHED -> Header.ROW;
      case SROW -> Header.SECTION;
      default -> null;
    };
  }
}
