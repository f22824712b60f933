package dev.deed.processing.page;

import dev.deed.value.OcrWord;
import java.util.List;

/**
 * What optical character recognition found on a page.
 *
 * @param entries words or lines in reading order
 * @param width of the page in pixels, at least 1
 * @param height of the page in pixels, at least 1
 */
public record OcrPage(List<OcrWord> entries, int width, int height) {
  /**
   * @throws IllegalArgumentException when a size is below 1
   */
  public OcrPage {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a page of " + width + "×" + height + " pixels");
    }
    entries = List.copyOf(entries);
  }
}
