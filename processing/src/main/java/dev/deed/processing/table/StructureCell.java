package dev.deed.processing.table;

import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cell as the model's tags and boxes say, and with its words once these were held against it.
 *
 * @param row line of the tags, from 0; empty ones count
 * @param column place in its line, from 0
 * @param span null where it covers one place
 * @param box on the page, perhaps that of its words
 * @param kind the class that the model gave its box: 0 and 1 take no part in what words are matched
 *     by, 2 does
 * @param text its words, joined by blanks; empty without any
 */
record StructureCell(
    int row,
    int column,
    CellSpans.@Nullable Span span,
    PageBox box,
    int kind,
    TableTag tag,
    String text) {
  /** Of a cell for which there is no box. */
  private static final int USUAL_KIND = 2;

  private static final PageBox NOWHERE = new PageBox(0, 0, 0, 0);

  /**
   * The cells of a table in the order of their tags; none without boxes.
   *
   * @param table where it stands on the page
   */
  static List<StructureCell> of(TaggedTable structure, PageBox table) {
    List<StructureCell> cells = new ArrayList<>();
    if (structure.boxes().isEmpty()) {
      return cells;
    }
    CellSpans marked = CellSpans.of(structure.tags());
    Map<Integer, CellSpans.Span> spans = marked.spans();
    List<PageBox> boxes = boxes(structure.boxes(), marked);
    int row = 0;
    int column = 0;
    for (TableTag tag : structure.tags()) {
      if (tag == TableTag.NL) {
        row++;
        column = 0;
        continue;
      }
      if (tag.isCell() || tag == TableTag.XCEL) {
        int number = cells.size();
        PageBox box = number < boxes.size() ? onPage(boxes.get(number), table) : NOWHERE;
        int kind = number < structure.kinds().size() ? structure.kinds().get(number) : USUAL_KIND;
        cells.add(new StructureCell(row, column, spans.get(number), box, kind, tag, ""));
      }
      column++;
    }
    return cells;
  }

  /** Where there are more or fewer than cells, a span's second box goes. */
  private static List<PageBox> boxes(List<PageBox> given, CellSpans marked) {
    List<PageBox> boxes = new ArrayList<>(given);
    if (marked.marks() != null && given.size() != marked.cells()) {
      List<CellSpans.Mark> marks = marked.marks().stream().flatMap(List::stream).toList();
      for (int i = Math.min(marks.size(), given.size() - 1); i > 0; i--) {
        if (marks.get(i - 1).isSpan()) {
          boxes.remove(i);
        }
      }
    }
    return boxes;
  }

  private static PageBox onPage(PageBox box, PageBox table) {
    double width = table.x1() - table.x0();
    double height = table.y1() - table.y0();
    return new PageBox(
        table.x0() + box.x0() * width,
        table.y0() + box.y0() * height,
        table.x0() + box.x1() * width,
        table.y0() + box.y1() * height);
  }

  StructureCell filled(PageBox around, String words) {
    return new StructureCell(row, column, span, around, kind, tag, words);
  }

  /** Row behind its last. */
  int rowEnd() {
    return row + (span == null ? 1 : span.rows());
  }

  /** Column behind its last. */
  int columnEnd() {
    return column + (span == null ? 1 : span.columns());
  }

  /** Whether it counts where rows and columns are measured. */
  boolean isMeasured() {
    return span == null && kind > 1;
  }
}
