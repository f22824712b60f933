package dev.deed.evaluation.metrics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy of referring expressions: the share of answers whose box overlaps an accepted one by at
 * least one half, area of the intersection by area of the union (Acc@0.5); in per cent. A box is
 * four location tokens of OFA, {@code <bin_12> <bin_40> <bin_88> <bin_60>}: left, top, right and
 * bottom, with or without white space between. An answer that is anything else, or a box without
 * area, counts as 0.
 */
final class BoxOverlap {
  private static final String BIN = "\\s*<bin_(\\d{1,6})>";
  private static final Pattern FORM = Pattern.compile(BIN.repeat(4) + "\\s*");

  private BoxOverlap() {}

  static double score(String hypothesis, String reference) {
    Box made = Box.of(hypothesis);
    Box expected = Box.of(reference);
    // One half of the union without rounding: all areas are whole numbers.
    return made != null && expected != null && 2 * made.shared(expected) >= made.united(expected)
        ? 1
        : 0;
  }

  /** A box with an area, in bins. */
  private record Box(long x0, long y0, long x1, long y1) {
    /** Null for another text. */
    static @Nullable Box of(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        return null;
      }
      Box box = new Box(number(form, 1), number(form, 2), number(form, 3), number(form, 4));
      return box.x0 < box.x1 && box.y0 < box.y1 ? box : null;
    }

    private static long number(Matcher form, int group) {
      return Long.parseLong(form.group(group));
    }

    long area() {
      return (x1 - x0) * (y1 - y0);
    }

    long shared(Box other) {
      long width = Math.min(x1, other.x1) - Math.max(x0, other.x0);
      long height = Math.min(y1, other.y1) - Math.max(y0, other.y0);
      return Math.max(0, width) * Math.max(0, height);
    }

    long united(Box other) {
      return area() + other.area() - shared(other);
    }
  }
}
