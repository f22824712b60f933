package dev.deed.table;

import dev.deed.Generation;
import dev.deed.processing.table.TableGrid;
import dev.deed.value.TableCell;
import java.util.List;

/**
 * A table that was read. Immutable.
 *
 * @param otsl its structure row by row, in the tags of OTSL, such as {@code fcel}; those of the
 *     whole answer
 * @param rows how many there are
 * @param columns how many there are
 * @param cells without words in reading order, else by their first words; two may cover one place
 * @param answer the tags as the model generated them, with exit layers and counts
 */
public record PageTable(
    List<String> otsl, int rows, int columns, List<TableCell> cells, Generation answer) {
  /** Copies the lists. */
  public PageTable {
    otsl = List.copyOf(otsl);
    cells = List.copyOf(cells);
  }

  /**
   * {@return the table as HTML, {@code th} for headers; a place without a cell is an empty {@code
   * td}}
   */
  public String html() {
    return new TableGrid(rows, columns, cells).html();
  }
}
