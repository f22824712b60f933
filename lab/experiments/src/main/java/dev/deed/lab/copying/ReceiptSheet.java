package dev.deed.lab.copying;

import dev.deed.processing.page.OcrPage;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Paper on which rows of text are set from the top: measures boxes as a recogniser would find them,
 * whole pixels, a little uneven, on some sheets tilted. The order of its entries is the reading
 * order.
 */
final class ReceiptSheet {
  private static final double MARGIN = 0.03;

  /** Where the columns of item rows begin, in shares of the width; the last ends at the margin. */
  private static final double[] COLUMNS = {MARGIN, 0.4, 0.55};

  private final RandomGenerator random;
  private final List<OcrWord> entries = new ArrayList<>();
  private final int width;
  private final double character;
  private final double rowHeight;
  private final double tilt;
  private double y;

  ReceiptSheet(RandomGenerator random) {
    this.random = random;
    width = random.nextInt(380, 1001);
    character = (double) width / random.nextInt(40, 50);
    rowHeight = character * random.nextDouble(1.7, 2.4);
    tilt = random.nextDouble() < 0.3 ? random.nextDouble(-0.008, 0.008) : 0;
    y = rowHeight * random.nextDouble(1, 4);
  }

  /** Number of text lines so far, which is the index of the next. */
  int size() {
    return entries.size();
  }

  /** Leaves room. */
  void gap() {
    y += rowHeight * random.nextDouble(0.3, 1.2);
  }

  /** A row with one text in the middle. */
  void centred(String text) {
    set(text, (width - widthOf(text)) / 2, widthOf(text));
    advance();
  }

  /** A row with one text at the left. */
  void left(String text) {
    set(text, MARGIN * width, widthOf(text));
    advance();
  }

  /**
   * A row with a text at the left, narrower where there is no room, and one that ends at the right.
   */
  void ends(String left, String right) {
    double edge = (1 - MARGIN) * width - widthOf(right);
    set(left, MARGIN * width, Math.min(widthOf(left), edge - (MARGIN * width + character)));
    set(right, edge, widthOf(right));
    advance();
  }

  /** A row with a text at the left and one beginning at a share of the width, or behind it. */
  void pair(String left, String right, double at) {
    set(left, MARGIN * width, widthOf(left));
    double x = Math.max(at * width, MARGIN * width + widthOf(left) + character);
    set(right, x, Math.min(widthOf(right), (1 - MARGIN) * width - x));
    advance();
  }

  /**
   * An item's row of up to four columns, each behind the one before; the last ends at the right.
   */
  void columns(String... texts) {
    double free = 0;
    for (int i = 0; i < texts.length; i++) {
      boolean last = i == texts.length - 1;
      double place = last ? (1 - MARGIN) * width - widthOf(texts[i]) : COLUMNS[i] * width;
      double x = Math.max(place, free);
      set(texts[i], x, Math.min(widthOf(texts[i]), (1 - MARGIN) * width - x));
      free = x + widthOf(texts[i]) + character;
    }
    advance();
  }

  OcrPage page() {
    int height = (int) Math.ceil(y + rowHeight * random.nextDouble(1, 4));
    return new OcrPage(entries, width, height);
  }

  /** Long texts are set narrower so that they stay on the sheet. */
  private double widthOf(String text) {
    return Math.min(text.length() * character, (1 - 2 * MARGIN) * width);
  }

  private void set(String text, double x, double room) {
    double top = y + tilt * (x - width / 2.0) + uneven();
    entries.add(
        new OcrWord(
            text,
            Math.clamp(Math.round(x + uneven()), 0, width - 2),
            Math.max(0, Math.round(top)),
            Math.clamp(Math.round(x + room + uneven()), 2, width),
            Math.max(2, Math.round(top + rowHeight * 0.85 + uneven()))));
  }

  private double uneven() {
    return random.nextDouble(-0.06, 0.06) * rowHeight;
  }

  private void advance() {
    y += rowHeight * random.nextDouble(1.0, 1.25);
  }
}
