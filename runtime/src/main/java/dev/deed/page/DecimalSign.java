package dev.deed.page;

/** What is known of the decimal signs of a line, points or commas. */
public enum DecimalSign {
  /** As the model read them; also where there are none. */
  AS_READ,
  /** The model wavered, and the page's other numbers told: one was changed. */
  BY_THE_PAGE,
  /** The model wavered, and the page's other numbers do not tell: one is as it was read. */
  DOUBTFUL
}
