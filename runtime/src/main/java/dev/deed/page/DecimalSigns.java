package dev.deed.page;

import dev.deed.value.Alternative;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The decimal signs of a page. A model that sees a line at a time hardly tells a small point from a
 * comma; the numbers of a page have the same sign. A sign of which the model is unsure follows the
 * others where they are clear. Where points are printed the model often sees commas, seldom the
 * other way round, so more is asked of commas. Belongs to one page.
 */
final class DecimalSigns {
  /** A number with two digits behind its last sign: a price, not a date or a version. */
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\d.,])\\d{1,3}(?:[.,]?\\d{3})*[.,]\\d{2}(?![\\d.,%])");

  /** Natural logarithm of how much likelier one sign is than the other: less is wavering. */
  private static final double WAVERING = 2;

  /** Of all other signs of a page, summed: they speak for points. */
  private static final double POINTS = 2;

  /** If the mean of the page's other signs is at most this, the page uses commas. */
  private static final double COMMAS = -2;

  private static final int LEAST_COMMAS = 3;

  /** What a single sign counts, at most. */
  private static final double MOST = 4;

  /** Probability of a sign that is not among the alternatives. */
  private static final double UNLIKELY = 1e-4;

  private final List<Sign> signs = new ArrayList<>();
  private double sum;

  /**
   * A decimal sign.
   *
   * @param line that it stands in
   * @param place in the line's text
   * @param groups what stands before it in its number; 1.248.50 is none
   * @param odds how much likelier a point is than a comma; below 0 less
   */
  private record Sign(int line, int place, String groups, double odds) {
    double counted() {
      return Math.clamp(odds, -MOST, MOST);
    }
  }

  /** A line, as the page has it. */
  record Line(String text, DecimalSign sign) {}

  /**
   * Adds a line.
   *
   * @param text that was read
   * @param pieces of it, one for each token; without a last one that a token began
   * @param alternatives of each token; empty where they are not known
   */
  void add(int line, String text, List<String> pieces, List<List<Alternative>> alternatives) {
    if (!text.startsWith(String.join("", pieces))) {
      return;
    }
    Matcher numbers = NUMBER.matcher(text);
    while (numbers.find()) {
      int place = numbers.end() - 3;
      int start = 0;
      int token = 0;
      while (token < pieces.size() && start + pieces.get(token).length() <= place) {
        start += pieces.get(token++).length();
      }
      if (token < pieces.size()
          && pieces.get(token).length() == 1
          && !alternatives.get(token).isEmpty()) {
        Sign sign =
            new Sign(
                line,
                place,
                text.substring(numbers.start(), place),
                Math.log(
                    probability(".", alternatives.get(token))
                        / probability(",", alternatives.get(token))));
        signs.add(sign);
        sum += sign.counted();
      }
    }
  }

  private static double probability(String text, List<Alternative> alternatives) {
    return alternatives.stream()
        .filter(one -> one.text().equals(text))
        .mapToDouble(Alternative::probability)
        .reduce(UNLIKELY, Math::max);
  }

  /** A line with its signs, of the text that its pieces make. */
  Line of(int line, String text) {
    StringBuilder made = new StringBuilder(text);
    boolean changed = false;
    boolean doubtful = false;
    for (Sign sign : signs) {
      char others = others(sign);
      if (sign.line != line
          || Math.abs(sign.odds) > WAVERING
          || others == text.charAt(sign.place)) {
        continue;
      }
      if (others == 0 || sign.groups.indexOf(others) >= 0) {
        doubtful = true;
      } else {
        made.setCharAt(sign.place, others);
        changed = true;
      }
    }
    DecimalSign found = changed ? DecimalSign.BY_THE_PAGE : DecimalSign.AS_READ;
    return new Line(made.toString(), doubtful ? DecimalSign.DOUBTFUL : found);
  }

  /** What the other signs of the page say that one is; 0 where they do not tell. */
  private char others(Sign sign) {
    double rest = sum - sign.counted();
    int count = signs.size() - 1;
    return rest >= POINTS ? '.' : count >= LEAST_COMMAS && rest / count <= COMMAS ? ',' : 0;
  }
}
