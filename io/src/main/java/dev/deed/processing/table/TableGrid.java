package dev.deed.processing.table;

import dev.deed.processing.tokenizer.AddedToken;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a table, on rows and columns that are numbered without gaps.
 *
 * @param rows of the whole table
 * @param columns of the whole table
 * @param cells without words in the order of their tags, else by their first words; two may cover
 *     one place
 */
public record TableGrid(int rows, int columns, List<TableCell> cells) {
  /** Of a page. */
  public static final int MOST_WORDS = 100_000;

  /** Of a word's area: how much must lie in the table. */
  private static final double INSIDE = 0.8;

  /**
   * Puts a page's words into the cells of a table.
   *
   * @param structure what a model says of the table
   * @param table where it stands on the page
   * @param words of the page; null for a table whose words nobody knows, whose cells then are those
   *     of the structure
   * @param emptyCells whether cells without words stay, in the order of rows and columns
   * @throws InputException when there are too many words, or they lie in too many cells
   */
  public static TableGrid of(
      TaggedTable structure, PageBox table, @Nullable List<OcrWord> words, boolean emptyCells) {
    return words == null
        ? numbered(StructureCell.of(structure, table))
        : filled(
            structure,
            table,
            words.stream().filter(word -> isInside(word, table)).toList(),
            emptyCells);
  }

  /** The cells with words of the table alone. */
  static TableGrid filled(
      TaggedTable structure, PageBox table, List<OcrWord> inside, boolean emptyCells) {
    List<StructureCell> cells = StructureCell.of(structure, table);
    List<StructureCell> filled = new ArrayList<>(WordMatching.fill(cells, inside));
    if (emptyCells) {
      Set<List<Integer>> taken = new HashSet<>();
      filled.forEach(cell -> taken.add(List.of(cell.row(), cell.column())));
      cells.stream()
          .filter(cell -> !taken.contains(List.of(cell.row(), cell.column())))
          .forEach(filled::add);
      filled.sort(
          Comparator.comparingInt(StructureCell::row).thenComparingInt(StructureCell::column));
    }
    return numbered(filled);
  }

  /**
   * Refuses words that no table can be filled with.
   *
   * @throws InputException when there are too many, or a box is not finite
   */
  public static void check(List<OcrWord> words) {
    InputException.requireField(
        words.size() <= MOST_WORDS,
        "words",
        "are " + words.size() + ", more than the " + MOST_WORDS + " of a page",
        "give those of one page");
    for (int i = 0; i < words.size(); i++) {
      OcrWord word = words.get(i);
      InputException.requireField(
          Double.isFinite(word.x0() + word.y0() + word.x1() + word.y1())
              && word.x0() <= word.x1()
              && word.y0() <= word.y1(),
          "words[" + i + "].box",
          "is not left, upper, right, lower edge",
          "give [x0, y0, x1, y1] in pixels with x0 <= x1 and y0 <= y1");
    }
  }

  private static boolean isInside(OcrWord word, PageBox table) {
    double width = Math.min(word.x1(), table.x1()) - Math.max(word.x0(), table.x0());
    double height = Math.min(word.y1(), table.y1()) - Math.max(word.y0(), table.y0());
    double area = (word.x1() - word.x0()) * (word.y1() - word.y0());
    return width > 0
        && height > 0
        && width * height / area > INSIDE
        && !AddedToken.stripped(word.text()).isEmpty();
  }

  private static TableGrid numbered(List<StructureCell> cells) {
    int[] rows = starts(cells, StructureCell::row);
    int[] columns = starts(cells, StructureCell::column);
    List<TableCell> numbered = new ArrayList<>();
    int lastRow = 0;
    int lastColumn = 0;
    for (StructureCell cell : cells) {
      int row = before(rows, cell.row());
      int rowEnd = before(rows, cell.rowEnd());
      int column = before(columns, cell.column());
      int columnEnd = before(columns, cell.columnEnd());
      lastRow = Math.max(lastRow, rowEnd);
      lastColumn = Math.max(lastColumn, columnEnd);
      numbered.add(
          new TableCell(
              row,
              column,
              rowEnd - row,
              columnEnd - column,
              cell.text(),
              cell.box(),
              cell.tag().header()));
    }
    return new TableGrid(lastRow, lastColumn, List.copyOf(numbered));
  }

  private static int[] starts(List<StructureCell> cells, ToIntFunction<StructureCell> start) {
    return cells.stream().mapToInt(start).distinct().sorted().toArray();
  }

  /** How many starts lie before a place. */
  private static int before(int[] starts, int place) {
    int found = Arrays.binarySearch(starts, place);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * The table as HTML; a place without a cell is an empty one. Where two cells cover a place, it is
   * that of the later.
   */
  public String html() {
    @Nullable TableCell[][] grid = new TableCell[rows][columns];
    for (TableCell cell : cells) {
      for (int y = cell.row(); y < cell.row() + cell.rowSpan(); y++) {
        Arrays.fill(grid[y], cell.column(), cell.column() + cell.columnSpan(), cell);
      }
    }
    StringBuilder html = new StringBuilder("<table><tbody>");
    for (int y = 0; y < rows; y++) {
      html.append("<tr>");
      for (int x = 0; x < columns; x++) {
        TableCell cell = grid[y][x];
        if (cell == null) {
          html.append("<td></td>");
        } else if (cell.row() == y && cell.column() == x) {
          write(cell, html);
        }
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private static void write(TableCell cell, StringBuilder html) {
    String name = cell.header() == null ? "td" : "th";
    html.append('<').append(name);
    if (cell.rowSpan() > 1) {
      html.append(" rowspan=\"").append(cell.rowSpan()).append('"');
    }
    if (cell.columnSpan() > 1) {
      html.append(" colspan=\"").append(cell.columnSpan()).append('"');
    }
    String text = AddedToken.stripped(cell.text());
    html.append('>')
        .append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        .append("</")
        .append(name)
        .append('>');
  }
}
