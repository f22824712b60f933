package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * VQA accuracy (Antol et al. 2015), in per cent: the mean over the human answers of min(1, matches
 * among the other answers / 3). With fewer than four answers there are no three others, and any
 * match counts in full.
 *
 * <p>Answers are compared lower-cased and stripped, number words as digits, without articles,
 * commas inside numbers and other punctuation. The official script also rewrites contractions; this
 * does not.
 */
final class VqaAccuracy {
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
