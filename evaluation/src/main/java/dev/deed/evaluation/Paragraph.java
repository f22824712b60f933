package dev.deed.evaluation;

import java.util.regex.Pattern;

/**
 * Sentences as lines that fit a terminal. Immutable.
 *
 * @param columns of the terminal; a longer word has a line of its own
 */
public record Paragraph(int columns) {
  /** What switches colours: it takes no room. */
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  /** The text with line breaks in place of some spaces, and one at its end. */
  public String of(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.strip().split(" +")) {
      int width = COLOUR.matcher(word).replaceAll("").length();
      if (column > 0 && column + 1 + width > columns) {
        lines.append('\n');
        column = 0;
      }
      lines.append(column == 0 ? "" : " ").append(word);
      column += (column == 0 ? 0 : 1) + width;
    }
    return lines.append('\n').toString();
  }
}
