package dev.deed.processing.table;

import dev.deed.value.TableCell.Header;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tags of OTSL, a table's structure row by row: cells, what continues one, ends of rows. */
public enum TableTag {
  /** A cell without text. */
  ECEL,
  /** A cell with text. */
  FCEL,
  /** Goes on with what stands at the left. */
  LCEL,
  /** Goes on with what stands above. */
  UCEL,
  /** Goes on with what stands at the left and above. */
  XCEL,
  /** Ends a row. */
  NL,
  /** A header of columns. */
  CHED,
  /** A header of rows. */
  RHED,
  /** A header of a section. */
  SROW;

  /** Whether a cell begins here. */
  public boolean isCell() {
    return switch (this) {
      case ECEL, FCEL, CHED, RHED, SROW -> true;
      case LCEL, UCEL, XCEL, NL -> false;
    };
  }

  /** What the cell is a header of; null for none. */
  public @Nullable Header header() {
    return switch (this) {
      case CHED -> Header.COLUMN;
      case RHED -> Header.ROW;
      case SROW -> Header.SECTION;
      case ECEL, FCEL, LCEL, UCEL, XCEL, NL -> null;
    };
  }

  /** Its name in OTSL and in the model's configuration, such as {@code fcel}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
