package dev.deed.fuzz;

import dev.deed.processing.table.TableGrid;
import dev.deed.processing.table.TableTag;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tables of tags in any order, with boxes and words anywhere, off the page, upside down, huge and
 * of no size. Cells lie within rows and columns, no row or column is without a cell, each word
 * stands in one cell at most, and with empty cells none is lost.
 */
final class TableFuzz {
  private static final int MOST_TAGS = 200;
  private static final int MOST_WORDS = 400;

  private TableFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    List<TableTag> tags = new ArrayList<>();
    for (int left = choices.below(MOST_TAGS); left > 0; left--) {
      tags.add(choices.of(TableTag.values()));
    }
    List<PageBox> boxes = new ArrayList<>();
    List<Integer> kinds = new ArrayList<>();
    for (int left = choices.below(MOST_TAGS); left > 0; left--) {
      boxes.add(new PageBox(share(choices), share(choices), share(choices), share(choices)));
      kinds.add(choices.below(3));
    }
    TaggedTable tagged = new TaggedTable(tags, boxes, kinds);
    PageBox table =
        new PageBox(10, 10, choices.of(11.0, 300.0, 1e7), choices.of(11.0, 200.0, 1e300));
    List<OcrWord> words = new ArrayList<>();
    for (int left = choices.below(MOST_WORDS); left > 0 && choices.areLeft(); left--) {
      double x = choices.octet() * choices.of(1.0, 0.5, -1e9);
      double y = choices.octet() * choices.of(1.0, 0.5, 1e200);
      words.add(
          new OcrWord(
              "w" + left,
              x,
              y,
              x + choices.of(0.0, 10.0, 30.0, (double) choices.octet(), 1e300),
              y + choices.of(0.0, 8.0, (double) choices.octet(), Double.NaN)));
    }
    requireWhole(TableGrid.of(tagged, table, null, false));
    try {
      TableGrid.check(words);
      TableGrid plain = TableGrid.of(tagged, table, words, false);
      requireWhole(plain);
      TableGrid full = TableGrid.of(tagged, table, words, true);
      requireWhole(full);
      if (full.cells().size() < plain.cells().size()) {
        throw new AssertionError("lost cells: " + full + " of " + plain);
      }
    } catch (InputException e) {
      if (String.valueOf(e.getMessage()).lines().count() != 1) {
        throw new AssertionError("an error in lines: " + e.getMessage());
      }
    }
  }

  private static double share(Choices choices) {
    return choices.of(0.0, 1.0, choices.octet() / 255.0, -0.3, 1.7);
  }

  private static void requireWhole(TableGrid grid) {
    Set<Integer> rows = new HashSet<>();
    Set<Integer> columns = new HashSet<>();
    Set<String> texts = new HashSet<>();
    for (TableCell cell : grid.cells()) {
      if (cell.rowSpan() < 1
          || cell.columnSpan() < 1
          || cell.row() + cell.rowSpan() > grid.rows()
          || cell.column() + cell.columnSpan() > grid.columns()) {
        throw new AssertionError("a cell beyond the table: " + cell + " of " + grid);
      }
      rows.add(cell.row());
      columns.add(cell.column());
      for (String word : cell.text().split(" ")) {
        if (!word.isEmpty() && !texts.add(word)) {
          throw new AssertionError("a word in two cells: " + word + " of " + grid);
        }
      }
    }
    if (rows.size() > grid.rows() || columns.size() > grid.columns()) {
      throw new AssertionError("more rows or columns than said: " + grid);
    }
    if (!grid.html().endsWith("</tbody></table>")) {
      throw new AssertionError("unended HTML");
    }
  }
}
