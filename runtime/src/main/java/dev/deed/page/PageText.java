package dev.deed.page;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was read on a page. Immutable.
 *
 * @param width of the page in pixels
 * @param height of the page in pixels
 * @param lines in reading order: rows from the top, each from the left; uncertain ones included
 */
public record PageText(int width, int height, List<PageLine> lines) {
  /** Copies the list. */
  public PageText {
    lines = List.copyOf(lines);
  }

  /**
   * {@return the text of the {@linkplain PageLine#isCertain() certain} lines: a line break between
   * rows, a space between lines of a row}
   */
  public String text() {
    Map<Integer, String> rows = new TreeMap<>();
    for (PageLine line : lines) {
      if (line.isCertain()) {
        rows.merge(line.row(), line.text(), (left, right) -> left + " " + right);
      }
    }
    return String.join("\n", rows.values());
  }

  /**
   * {@return how many lines the text leaves out: empty ones, and those of which the model is
   * uncertain}
   */
  public long uncertain() {
    return lines.stream().filter(line -> !line.isCertain()).count();
  }
}
