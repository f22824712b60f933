package dev.deed.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table for reading: text on the left, numbers on the right of their columns. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param title one line
   * @param left whether it holds text; numbers stand on the right
   */
  public record Column(String title, boolean left) {
    public static Column text(String title) {
      return new Column(title, true);
    }

    public static Column number(String title) {
      return new Column(title, false);
    }
  }

  /** A cell or a part of one, whatever the user's language. */
  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * @throws IllegalArgumentException when it has not one cell for each column
   */
  public void add(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /** Aligned with spaces for a terminal; every line ends with a line break. */
  public String plain() {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = length(columns.get(c).title());
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], length(row.get(c)));
      }
    }
    StringBuilder text = new StringBuilder();
    line(columns.stream().map(Column::title).toList(), widths, text);
    line(Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths, text);
    rows.forEach(row -> line(row, widths, text));
    return text.toString();
  }

  private void line(List<String> cells, int[] widths, StringBuilder text) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - length(cells.get(c)));
      line.append(c == 0 ? "" : GAP)
          .append(columns.get(c).left() ? cells.get(c) + padding : padding + cells.get(c));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** As Markdown; every line ends with a line break. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    markdownLine(columns.stream().map(Column::title).toList(), text);
    markdownLine(columns.stream().map(column -> column.left() ? "---" : "---:").toList(), text);
    rows.forEach(row -> markdownLine(row, text));
    return text.toString();
  }

  private static void markdownLine(List<String> cells, StringBuilder text) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    text.append('\n');
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
