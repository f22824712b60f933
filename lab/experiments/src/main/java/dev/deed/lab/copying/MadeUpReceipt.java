package dev.deed.lab.copying;

import dev.deed.processing.page.OcrPage;
import java.util.List;

/**
 * A receipt that nobody ever got.
 *
 * @param page its text lines in reading order
 * @param fields what is asked of real receipts too, with the answers
 */
record MadeUpReceipt(OcrPage page, List<Field> fields) {
  /**
   * A field and where it stands.
   *
   * @param name company, date, address or total
   * @param value as printed
   * @param first text line of the value or its label, from 0
   * @param last text line of the value
   */
  record Field(String name, String value, int first, int last) {}
}
