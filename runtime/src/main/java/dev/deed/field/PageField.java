package dev.deed.field;

import dev.deed.Generation;
import dev.deed.value.PageBox;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A field that was found on a page. Immutable.
 *
 * @param text a run of the page's words in reading order, one blank between them
 * @param value of a date {@code 2018-12-25}, of an amount or a number {@code 1234.50}; null where
 *     the text does not tell it, and of other types
 * @param words places of the run's words, or of the lines that hold them, among those of the page
 * @param boxes where each of these stands, in pixels; of a line the share of the run
 * @param confidence 0…1, higher where the field is more likely to be right
 * @param review whether somebody has to look at it: no promise covers it
 * @param signals what the confidence is made of
 * @param answer what the model generated
 */
public record PageField(
    String text,
    @Nullable String value,
    List<Integer> words,
    List<PageBox> boxes,
    double confidence,
    boolean review,
    FieldSignals signals,
    Generation answer) {
  /**
   * Copies the lists.
   *
   * @throws NullPointerException when one of the others is null
   */
  public PageField {
    Objects.requireNonNull(text, "text");
    words = List.copyOf(words);
    boxes = List.copyOf(boxes);
  }
}
