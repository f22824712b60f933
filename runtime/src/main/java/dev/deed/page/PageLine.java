package dev.deed.page;

import dev.deed.Generation;
import dev.deed.value.OcrWord;
import java.util.Objects;

/**
 * A line of print that was found on a page and read. Where a row has wide gaps, each part is a line
 * of its own. Immutable.
 *
 * @param word the text and its box, in pixels of the page
 * @param row the row of the page that it stands in, from 0
 * @param answer what the model generated
 * @param decimalSign whether the text's decimal signs are those of the answer, and to be trusted
 */
public record PageLine(OcrWord word, int row, Generation answer, DecimalSign decimalSign) {
  /** Of the mean log-probability: on receipts, most lines below it are no print. */
  private static final double LEAST_CERTAINTY = -0.5;

  /**
   * Takes the values as they are.
   *
   * @throws NullPointerException when one is null
   */
  public PageLine {
    Objects.requireNonNull(word, "word");
    Objects.requireNonNull(answer, "answer");
    Objects.requireNonNull(decimalSign, "decimalSign");
  }

  /** {@return the text that was read} */
  public String text() {
    return word.text();
  }

  /** {@return the mean log-probability of the tokens, at the exits that emitted them} */
  public double certainty() {
    return answer.logProbabilities().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  /**
   * {@return whether the page's text holds this line} It does not where nothing was read, and where
   * the {@linkplain #certainty() certainty} is below −0.5: that is mostly handwriting, a logo or a
   * spot.
   */
  public boolean isCertain() {
    return !text().isEmpty() && certainty() >= LEAST_CERTAINTY;
  }
}
