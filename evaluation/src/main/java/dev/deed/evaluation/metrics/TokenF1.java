package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * F1 over bags of words as in SQuAD (Rajpurkar et al. 2016), in per cent, of the best accepted
 * answer: lower-cased, without ASCII punctuation and the words a, an, the. If either side is empty
 * then, 1 when both are.
 */
final class TokenF1 {
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
