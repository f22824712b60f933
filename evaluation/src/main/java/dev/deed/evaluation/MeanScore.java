package dev.deed.evaluation;

import dev.deed.files.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The mean of the examples' scores, in per cent. Statistics: total, examples.
 *
 * @param score of a text against its accepted ones, 0…1
 */
record MeanScore(String name, ToDoubleBiFunction<String, List<String>> score) implements Metric {
  /** By the score against each accepted text, of which the best counts. */
  static MeanScore best(String name, ToDoubleBiFunction<String, String> score) {
    return new MeanScore(
        name,
        (made, accepted) ->
            accepted.stream().mapToDouble(text -> score.applyAsDouble(made, text)).max().orElse(0));
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    return new double[] {score.applyAsDouble(hypothesis, references), 1};
  }

  @Override
  public double value(double[] sum) {
    return 100 * mean(sum);
  }

  static double mean(double[] sum) {
    return sum[1] == 0 ? 0 : sum[0] / sum[1];
  }

  /**
   * Average normalised Levenshtein similarity of document question answering (Biten et al. 2019),
   * in per cent: of the best accepted answer, 1 − distance by the longer length, 0 below one half;
   * lower-cased and stripped.
   */
  static final class Anls {
    private Anls() {}

    static double score(String hypothesis, String reference) {
      List<Integer> made = normalised(hypothesis);
      List<Integer> expected = normalised(reference);
      int longer = Math.max(made.size(), expected.size());
      double distance = longer == 0 ? 0 : (double) Spelling.changes(made, expected) / longer;
      return distance < 0.5 ? 1 - distance : 0;
    }

    private static List<Integer> normalised(String text) {
      return Words.characters(Words.stripped(text.toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * F1 over bags of words as in SQuAD (Rajpurkar et al. 2016), in per cent, of the best accepted
   * answer: lower-cased, without ASCII punctuation and the words a, an, the. If either side is
   * empty then, 1 when both are.
   */
  static final class TokenF1 {
    private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
    private static final Pattern ARTICLES =
        Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);

    private TokenF1() {}

    static double score(String hypothesis, String reference) {
      List<String> made = normalised(hypothesis);
      List<String> expected = normalised(reference);
      if (made.isEmpty() || expected.isEmpty()) {
        return made.isEmpty() && expected.isEmpty() ? 1 : 0;
      }
      Map<List<String>, Integer> bag = NGrams.ofTokens(made, 1);
      double common = NGrams.common(bag, NGrams.ofTokens(expected, 1));
      return 2 * common / (made.size() + expected.size());
    }

    private static List<String> normalised(String text) {
      String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
      return Words.of(ARTICLES.matcher(plain).replaceAll(" "));
    }
  }

  /**
   * VQA accuracy (Antol et al. 2015), in per cent: the mean over the human answers of min(1,
   * matches among the other answers / 3). With fewer than four answers there are no three others,
   * and any match counts in full.
   *
   * <p>Answers are compared lower-cased and stripped, number words as digits, without articles,
   * commas inside numbers and other punctuation. The official script also rewrites contractions;
   * this does not.
   */
  static final class VqaAccuracy {
    private static final Pattern COMMA_IN_NUMBER = Pattern.compile("(?<=\\d),(?=\\d)");

    /** Punctuation but the apostrophe, and points that are not inside a number. */
    private static final Pattern SIGNS =
        Pattern.compile("(?<!\\d)\\.|\\.(?!\\d)|[\\p{Punct}&&[^.']]");

    /** Each at the place of its digits. */
    private static final List<String> NUMBERS =
        List.of(
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    private VqaAccuracy() {}

    static double score(String hypothesis, List<String> references) {
      String made = normalised(hypothesis);
      List<String> answers = references.stream().map(VqaAccuracy::normalised).toList();
      long matches = answers.stream().filter(made::equals).count();
      if (answers.size() < 4) {
        return matches > 0 ? 1 : 0;
      }
      double total = 0;
      for (String answer : answers) {
        total += Math.min(1, (matches - (answer.equals(made) ? 1 : 0)) / 3.0);
      }
      return total / answers.size();
    }

    private static String normalised(String text) {
      String plain = COMMA_IN_NUMBER.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
      return Words.of(SIGNS.matcher(plain).replaceAll(" ")).stream()
          .filter(word -> !word.equals("a") && !word.equals("an") && !word.equals("the"))
          .map(VqaAccuracy::inDigits)
          .collect(Collectors.joining(" "));
    }

    private static String inDigits(String word) {
      int number = word.equals("none") ? 0 : NUMBERS.indexOf(word);
      return number < 0 ? word : Integer.toString(number);
    }
  }

  /**
   * ROUGE-L F1 (Lin 2004) as the package rouge-score computes it without stemming, in per cent:
   * longest common subsequence of runs of a–z and 0–9 after lower-casing; of several references the
   * best.
   */
  static final class RougeL {
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

    private RougeL() {}

    static double score(String hypothesis, String reference) {
      List<String> made = tokens(hypothesis);
      List<String> expected = tokens(reference);
      int common = longestCommonSubsequence(made, expected);
      return common == 0 ? 0 : 2.0 * common / (made.size() + expected.size());
    }

    private static int longestCommonSubsequence(List<String> a, List<String> b) {
      int[] row = new int[b.size() + 1];
      for (String token : a) {
        int diagonal = 0;
        for (int j = 1; j <= b.size(); j++) {
          int above = row[j];
          row[j] = token.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
          diagonal = above;
        }
      }
      return row[b.size()];
    }

    private static List<String> tokens(String text) {
      return Arrays.stream(OTHERS.split(text.toLowerCase(Locale.ROOT), -1))
          .filter(token -> !token.isEmpty())
          .toList();
    }
  }

  /**
   * Accuracy of referring expressions: the share of answers whose box overlaps an accepted one by
   * at least one half, area of the intersection by area of the union (Acc@0.5); in per cent. A box
   * is four location tokens of OFA, {@code <bin_12> <bin_40> <bin_88> <bin_60>}: left, top, right
   * and bottom, with or without white space between. An answer that is anything else, or a box
   * without area, counts as 0.
   */
  static final class BoxOverlap {
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
}
