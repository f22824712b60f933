package dev.deed.processing.table;

import dev.deed.value.PageBox;

/**
 * A cell with its words.
 *
 * @param box on the page, perhaps that of the words
 * @param text the words, joined by blanks; empty without any
 */
record FilledCell(StructureCell cell, PageBox box, String text) {
  static FilledCell empty(StructureCell cell) {
    return new FilledCell(cell, cell.box(), "");
  }

  int row() {
    return cell.row();
  }

  int column() {
    return cell.column();
  }

  /** Row behind its last. */
  int rowEnd() {
    return row() + (cell.span() == null ? 1 : cell.span().rows());
  }

  /** Column behind its last. */
  int columnEnd() {
    return column() + (cell.span() == null ? 1 : cell.span().columns());
  }
}
