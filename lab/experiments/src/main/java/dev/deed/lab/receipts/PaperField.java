package dev.deed.lab.receipts;

import java.util.Locale;

/** What is asked of a paper; the name in small letters is the decoder's prompt. */
enum PaperField {
  COMPANY,
  DATE,
  ADDRESS,
  TOTAL;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
