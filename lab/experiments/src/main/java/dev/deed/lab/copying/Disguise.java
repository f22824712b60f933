package dev.deed.lab.copying;

import dev.deed.processing.page.OcrPage;
import dev.deed.value.OcrWord;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Replaces what could be learnt by heart on a page: every digit by a digit, and in half of the
 * words every letter by a letter, vowels by vowels, so that words still look like words. Boxes,
 * marks and case stay. What occurs twice on the page is replaced the same way, as the total of a
 * receipt is the same wherever it stands.
 */
final class Disguise {
  private static final double SHARE_OF_WORDS = 0.5;
  private static final Pattern WORD_OR_NUMBER =
      Pattern.compile("[A-Za-z]+|[0-9]+(?:[.,:/-][0-9]+)*");

  private final RandomGenerator random;
  private final Map<String, String> replaced = new HashMap<>();

  private Disguise(RandomGenerator random) {
    this.random = random;
  }

  static OcrPage of(OcrPage page, RandomGenerator random) {
    Disguise disguise = new Disguise(random);
    return new OcrPage(
        page.entries().stream().map(disguise::entry).toList(), page.width(), page.height());
  }

  static String of(String text, RandomGenerator random) {
    return new Disguise(random).text(text);
  }

  private OcrWord entry(OcrWord entry) {
    return new OcrWord(text(entry.text()), entry.x0(), entry.y0(), entry.x1(), entry.y1());
  }

  private String text(String text) {
    return WORD_OR_NUMBER
        .matcher(text)
        .replaceAll(match -> replaced.computeIfAbsent(match.group(), this::draw));
  }

  private String draw(String word) {
    if (Character.isLetter(word.charAt(0)) && random.nextDouble() >= SHARE_OF_WORDS) {
      return word;
    }
    StringBuilder drawn = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      drawn.append(Letters.like(word.charAt(i), random));
    }
    return drawn.toString();
  }
}
