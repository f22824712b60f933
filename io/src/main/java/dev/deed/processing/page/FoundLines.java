package dev.deed.processing.page;

import dev.deed.value.OcrWord;
import java.util.List;

/**
 * The lines of print of a page.
 *
 * @param page where they are level
 * @param rows their boxes on it in reading order: rows from the top, each from the left; their
 *     texts are empty
 */
public record FoundLines(LevelPage page, List<List<OcrWord>> rows) {
  public FoundLines {
    rows = rows.stream().map(List::copyOf).toList();
  }
}
