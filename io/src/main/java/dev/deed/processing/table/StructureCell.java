package dev.deed.processing.table;

import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.HashMap;
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

  /**
   * Spans of cells as Docling's TableFormer reads them: the tags become marks of an HTML table,
   * which are read back with a list of places that cells above still take. Where that list and a
   * row do not fit, no cell of the table has a span.
   *
   * @param marks of each row's cells, in their order; null where the first tag is no cell, so that
   *     tags are passed on as they are
   */
  private record CellSpans(@Nullable List<List<Mark>> marks) {
    /** HTML attributes are known up to this number; a larger one counts as none. */
    private static final int LONGEST = 20;

    /**
     * What stands at a cell.
     *
     * @param columns of the span, at least 2; 0 for none
     * @param rows of the span, at least 2; 0 for none
     */
    record Mark(int columns, int rows) {
      boolean isSpan() {
        return columns > 0 || rows > 0;
      }
    }

    /** A span that counts: at least 1 row and column, not both 1. */
    record Span(int columns, int rows) {}

    static CellSpans of(List<TableTag> tags) {
      if (tags.isEmpty() || !tags.getFirst().isCell()) {
        return new CellSpans(null);
      }
      List<List<TableTag>> rows = filledRows(tags);
      List<List<Mark>> marks = new ArrayList<>();
      for (int y = 0; y < rows.size(); y++) {
        List<Mark> row = new ArrayList<>();
        for (int x = 0; x < rows.get(y).size(); x++) {
          if (rows.get(y).get(x).isCell()) {
            int columns = run(rows, y, x, 0, 1);
            int down = run(rows, y, x, 1, 0);
            row.add(new Mark(columns, down));
          }
        }
        marks.add(row);
      }
      return new CellSpans(marks);
    }

    /** The rows that hold something, all as long as the longest. */
    private static List<List<TableTag>> filledRows(List<TableTag> tags) {
      List<List<TableTag>> rows = new ArrayList<>();
      List<TableTag> row = new ArrayList<>();
      for (TableTag tag : tags) {
        if (tag != TableTag.NL) {
          row.add(tag);
        } else if (!row.isEmpty()) {
          rows.add(row);
          row = new ArrayList<>();
        }
      }
      if (!row.isEmpty()) {
        rows.add(row);
      }
      int width = rows.stream().mapToInt(List::size).max().orElse(0);
      for (List<TableTag> each : rows) {
        while (each.size() < width) {
          each.add(TableTag.LCEL);
        }
      }
      return rows;
    }

    /** Places from a cell to the end of its span along one way; 0 where none begins. */
    private static int run(List<List<TableTag>> rows, int y, int x, int down, int right) {
      TableTag onward = down == 1 ? TableTag.UCEL : TableTag.LCEL;
      TableTag across = down == 1 ? TableTag.LCEL : TableTag.UCEL;
      int left = down == 1 ? rows.size() - 1 - y : rows.get(y).size() - 1 - x;
      if (left == 0 || rows.get(y + down).get(x + right) != onward) {
        return 0;
      }
      int run = 1;
      while (run <= left) {
        TableTag next = rows.get(y + run * down).get(x + run * right);
        if (next.isCell() || next == across) {
          break;
        }
        run++;
      }
      return run;
    }

    /** How many cells are marked. */
    int cells() {
      return marks == null ? 0 : marks.stream().mapToInt(List::size).sum();
    }

    /** The spans that count, by the numbers of their cells. */
    Map<Integer, Span> spans() {
      Map<Integer, Span> spans = new HashMap<>();
      Row above = null;
      int number = 0;
      for (List<Mark> marked : marks == null ? List.<List<Mark>>of() : marks) {
        Row row = new Row(above);
        for (Mark mark : marked) {
          if (!row.takesOver()) {
            return Map.of();
          }
          Span span = row.add(mark);
          if (span.columns > 1 || span.rows > 1) {
            spans.put(number, span);
          }
          number++;
        }
        if (!row.takesOver()) {
          return Map.of();
        }
        row.end();
        above = row;
      }
      return spans;
    }

    /** A place in a row: columns of its span from here on, 0 without one; rows that are left. */
    private record Place(int columns, int rows) {
      static final Place PLAIN = new Place(0, 0);
      static final Place END = new Place(-1, -1);

      Place below(int column) {
        return new Place(Math.max(0, columns - column), rows - 1);
      }
    }

    private static final class Row {
      private final @Nullable Row above;
      private final List<Place> places = new ArrayList<>();
      private int column;

      Row(@Nullable Row above) {
        this.above = above;
      }

      /** Takes over places of spans from above; false where this row is longer than that above. */
      boolean takesOver() {
        if (above == null) {
          return true;
        }
        if (column >= above.places.size()) {
          return false;
        }
        for (Place up = above.places.get(column); up.rows > 0; up = above.places.get(column)) {
          int width = Math.max(1, up.columns);
          for (int i = 0; i < width; i++) {
            places.add(up.below(i));
          }
          column += width;
        }
        return true;
      }

      Span add(Mark mark) {
        int columns = mark.columns <= LONGEST ? mark.columns : 0;
        int rows = mark.rows <= LONGEST ? mark.rows : 0;
        column++;
        if (columns > 0 && rows > 0) {
          addSpan(columns, rows - 1);
          return new Span(columns, rows);
        }
        if (columns > 0 && mark.rows == 0) {
          addSpan(columns, 0);
          column += columns - 1;
          return new Span(columns, 1);
        }
        if (rows > 0 && mark.columns == 0) {
          places.add(new Place(0, rows - 1));
          return new Span(1, rows);
        }
        places.add(Place.PLAIN);
        return new Span(1, 1);
      }

      private void addSpan(int columns, int rows) {
        for (int i = 0; i < columns; i++) {
          places.add(new Place(columns - i, rows));
        }
      }

      /** Fills the row up to the length of that above, and marks its end. */
      void end() {
        for (int i = places.size(); above != null && i < above.places.size() - 1; i++) {
          places.add(above.places.get(i).below(0));
        }
        places.add(Place.END);
      }
    }
  }
}
