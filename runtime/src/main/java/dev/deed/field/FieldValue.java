package dev.deed.field;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What texts of dates and amounts say, where they tell it: dates as ISO 8601 has them, amounts as
 * decimal numbers. Of {@code 03/04/2018} a day and a month beyond doubt elsewhere on the page tell
 * the order; without one there is no value.
 */
final class FieldValue {
  /** Words of the longest date, amount or number. */
  static final int MOST_WORDS = 5;

  private static final Pattern FIGURES =
      Pattern.compile(
          "(?<!\\d)(\\d{1,4})\\s?[/.\\-]\\s?(\\d{1,2})\\s?[/.\\-]\\s?(\\d{1,4})(?!\\d)");
  private static final Pattern NAMED_MIDDLE =
      Pattern.compile(
          "(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)?[\\s.\\-/]*([a-zà-ü]{3,})[\\s.,\\-/]*(\\d{4}|\\d{2})(?!\\d)");
  private static final Pattern NAMED_FIRST =
      Pattern.compile(
          "([a-zà-ü]{3,})[\\s.\\-/]*(\\d{1,2})(?:st|nd|rd|th)?[\\s,]+(\\d{4}|\\d{2})(?!\\d)");
  private static final Pattern TOGETHER =
      Pattern.compile("(?<!\\d)((?:19|20)\\d{2})(\\d{2})(\\d{2})(?!\\d)");
  private static final Pattern AMOUNT = Pattern.compile("-?\\s?\\d[\\d.,' ]*|-?[.,]\\d+");

  /** An amount or a number in one word, or with blanks between thousands. */
  private static final Pattern LIKE_A_NUMBER =
      Pattern.compile("[^\\d\\s/]{0,12}\\d[\\d.,']*(?: \\d{3}(?:[.,]\\d+)?)*[^\\d\\s:/%]{0,4}");

  private static final Pattern HUNDREDTHS = Pattern.compile("\\d[.,]\\d{2}(?!\\d)");

  /** Beginnings of months in English, German, French, Spanish, Italian, Dutch, Portuguese. */
  private static final String[] MONTHS =
      ("jan|ene|gen feb|fev|fév mar|mär|maa|mrt apr|avr|abr may|mai|mei|mag jun|giu|juin jul|lug|juil"
              + " aug|aou|aoû|ago sep|set oct|okt|ott|out nov dec|dez|déc|dic")
          .split(" ");

  /**
   * What may be a date though a sign was taken for its like: a day, a month and a year in some
   * order. Who finds a name looks whether it is like a month's.
   */
  private static final Pattern LIKE_A_DATE =
      Pattern.compile(
          """
          (?<!\\d)\\d{1,2}\\ ?[/.,'|-]\\ ?\\w{1,2}\\ ?[/.,'|-]\\ ?(?:(?:19|20)\\d\\d|\\d\\d)(?!\\d)
          | (?<!\\d)\\d{4}\\ ?[/.,'|-]\\ ?\\d{1,2}\\ ?[/.,'|-]\\ ?\\d{1,2}(?!\\d)
          | (?<!\\d)\\d{1,2}(?:st|nd|rd|th)?[\\ .,'/-]*([a-zà-ü]{3,9})[\\ .,'/-]*(?:(?:19|20)\\d\\d|\\d\\d)(?!\\d)
          | (?<![a-zà-ü])([a-zà-ü]{3,9})[\\ .,'/-]*\\d{1,2}(?:st|nd|rd|th)?[\\ ,]+(?:(?:19|20)\\d\\d|\\d\\d)(?!\\d)
          | (?<!\\d)(?:(?:19|20)\\d{6}|\\d{4}20\\d\\d)(?!\\d)
          """,
          Pattern.COMMENTS);

  private FieldValue() {}

  /**
   * The value of a text; null where it tells none.
   *
   * @param page all words of the page
   */
  static @Nullable String of(FieldRules.Type type, String text, List<String> page) {
    return switch (type) {
      case TEXT -> null;
      case DATE -> date(text.toLowerCase(Locale.ROOT), page);
      case AMOUNT, NUMBER -> amount(text);
    };
  }

  /** Words of a page that stand behind each other, by the places of the first and the last. */
  record Run(int first, int last) {}

  /**
   * {@return the runs of a page's words that may say something of a type, even where they were read
   * with errors} No word of a run is more than it needs: a currency that stands apart does not
   * belong to its amount. Where a page has amounts with hundredths, others are none.
   *
   * @param words of the page in reading order
   */
  static List<Run> runs(FieldRules.Type type, List<String> words) {
    return switch (type) {
      case TEXT -> throw new IllegalArgumentException("all runs are texts");
      case DATE -> dates(words);
      case NUMBER -> numbers(words);
      case AMOUNT -> {
        List<Run> amounts =
            numbers(words).stream()
                .filter(run -> !FIGURES.matcher(text(words, run)).find())
                .toList();
        List<Run> hundredths =
            amounts.stream().filter(run -> HUNDREDTHS.matcher(text(words, run)).find()).toList();
        yield hundredths.isEmpty() ? amounts : hundredths;
      }
    };
  }

  private static String text(List<String> words, Run run) {
    return String.join(" ", words.subList(run.first, run.last + 1));
  }

  private static List<Run> dates(List<String> words) {
    StringBuilder page = new StringBuilder();
    int[] begins = new int[words.size()];
    for (int i = 0; i < begins.length; i++) {
      begins[i] = page.length();
      page.append(words.get(i).toLowerCase(Locale.ROOT)).append(' ');
    }
    List<Run> runs = new ArrayList<>();
    Matcher date = LIKE_A_DATE.matcher(page);
    for (int from = 0; date.find(from); from = date.start() + 1) {
      String name = date.group(1) == null ? date.group(2) : date.group(1);
      if (name != null && !likeAMonth(name)) {
        continue;
      }
      Run run = new Run(word(begins, date.start()), word(begins, date.end() - 1));
      // Of a run within another the shorter one is the date. They come by where they begin.
      while (!runs.isEmpty() && runs.getLast().last >= run.last) {
        runs.removeLast();
      }
      boolean longer = !runs.isEmpty() && runs.getLast().first == run.first;
      if (!longer && run.last - run.first < MOST_WORDS) {
        runs.add(run);
      }
    }
    return runs;
  }

  /** Whether of a name's first three letters two at least are those of a month. */
  private static boolean likeAMonth(String name) {
    return Arrays.stream(MONTHS)
        .flatMap(month -> Arrays.stream(month.split("[|]")))
        .anyMatch(
            month ->
                IntStream.range(0, 3).filter(i -> month.charAt(i) == name.charAt(i)).count() > 1);
  }

  private static int word(int[] begins, int at) {
    int found = Arrays.binarySearch(begins, at);
    return found < 0 ? -found - 2 : found;
  }

  private static List<Run> numbers(List<String> words) {
    List<Run> runs = new ArrayList<>();
    for (int first = 0; first < words.size(); first++) {
      for (int last = first; last < Math.min(first + MOST_WORDS, words.size()); last++) {
        Run run = new Run(first, last);
        if (LIKE_A_NUMBER.matcher(text(words, run)).matches()) {
          runs.add(run);
        }
      }
    }
    return runs;
  }

  private static @Nullable String date(String text, List<String> page) {
    Matcher named = NAMED_MIDDLE.matcher(text);
    if (named.find() && month(named.group(2)) > 0) {
      return iso(year(named.group(3)), month(named.group(2)), number(named.group(1)));
    }
    Matcher first = NAMED_FIRST.matcher(text);
    if (first.find() && month(first.group(1)) > 0) {
      return iso(year(first.group(3)), month(first.group(1)), number(first.group(2)));
    }
    Matcher together = TOGETHER.matcher(text);
    if (together.find()) {
      return iso(year(together.group(1)), number(together.group(2)), number(together.group(3)));
    }
    Matcher figures = FIGURES.matcher(text);
    if (!figures.find()) {
      return null;
    }
    int middle = number(figures.group(2));
    if (figures.group(1).length() == 4) {
      return iso(year(figures.group(1)), middle, number(figures.group(3)));
    }
    int one = number(figures.group(1));
    if (figures.group(1).length() > 2
        || figures.group(3).length() == 3
        || figures.group(3).length() == 1) {
      return null;
    }
    int year = year(figures.group(3));
    int order = one == middle ? 1 : order(one, middle);
    // Dots stand in no country that writes the month first.
    order = order == 0 && figures.group().contains(".") ? 1 : order;
    order = order == 0 ? order(page) : order;
    return order == 0 ? null : order > 0 ? iso(year, middle, one) : iso(year, one, middle);
  }

  /** Above 0 where a day stands first, below where a month does, 0 where nobody can tell. */
  private static int order(int first, int second) {
    return (first > 12 && second <= 12 ? 1 : 0) - (second > 12 && first <= 12 ? 1 : 0);
  }

  /** That of all dates on a page; 0 where there are none, or they disagree. */
  private static int order(List<String> page) {
    boolean days = false;
    boolean months = false;
    for (String word : page) {
      Matcher figures = FIGURES.matcher(word);
      while (figures.find()) {
        if (figures.group(1).length() <= 2 && figures.group(3).length() % 2 == 0) {
          int order = order(number(figures.group(1)), number(figures.group(2)));
          days |= order > 0;
          months |= order < 0;
        }
      }
    }
    return days == months ? 0 : days ? 1 : -1;
  }

  private static int month(String name) {
    for (int i = 0; i < MONTHS.length; i++) {
      if (Arrays.stream(MONTHS[i].split("[|]")).anyMatch(name::startsWith)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static int number(String figures) {
    return Integer.parseInt(figures);
  }

  /** Two figures are of this century, or of the last from 70 on. */
  private static int year(String figures) {
    int year = number(figures);
    return figures.length() > 2 ? year : year + (year < 70 ? 2000 : 1900);
  }

  private static @Nullable String iso(int year, int month, int day) {
    try {
      return year < 1000 ? null : LocalDate.of(year, month, day).toString();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The one number of a text. A mark before three figures alone may be either: no value. */
  private static @Nullable String amount(String text) {
    Matcher found = AMOUNT.matcher(text);
    if (!found.find()) {
      return null;
    }
    String figures = found.group().replaceAll("[' ]", "");
    if (found.find()) {
      return null;
    }
    figures = figures.replaceAll("[.,]+$", "");
    int last = Math.max(figures.lastIndexOf('.'), figures.lastIndexOf(','));
    String whole = last < 0 ? figures : figures.substring(0, last).replaceAll("[.,]", "");
    String behind = last < 0 ? "" : figures.substring(last + 1);
    boolean mixed = figures.indexOf('.') >= 0 && figures.indexOf(',') >= 0;
    if (behind.length() == 3 && !mixed) {
      if (figures.indexOf(figures.charAt(last)) == last) {
        return null;
      }
      whole += behind;
      behind = "";
    }
    if (whole.length() > 30 || behind.length() > 30 || (whole + behind).equals("-")) {
      return null;
    }
    boolean negative = whole.startsWith("-") || text.strip().matches("\\(.*\\)|.*\\d\\s?-");
    String number = (whole.replace("-", "").isEmpty() ? "0" : whole.replace("-", ""));
    return (negative ? "-" : "")
        + new BigDecimal(behind.isEmpty() ? number : number + "." + behind).toPlainString();
  }
}
