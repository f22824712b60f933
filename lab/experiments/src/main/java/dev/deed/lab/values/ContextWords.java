package dev.deed.lab.values;

import com.ibm.icu.text.LocaleDisplayNames;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Words between values in texts that follow no phrase: those of the phrases, of CLDR's names of
 * countries and languages, and made-up ones. What they mean does not matter: a model that has seen
 * them does not need to know a sentence to find a value in it. Immutable.
 */
final class ContextWords {
  private static final int LONGEST = 5;
  private static final double MADE_UP = 0.25;
  private static final double CAPITAL = 0.2;
  private static final double PUNCTUATED = 0.15;

  private final List<String> words;
  private final String letters;

  /**
   * @param phrases of the language, in which blanks are in braces
   */
  ContextWords(ULocale locale, List<String> phrases) {
    Set<String> all = new LinkedHashSet<>();
    phrases.forEach(phrase -> add(phrase.replaceAll("\\{[a-z]+", " "), all));
    LocaleDisplayNames names = LocaleDisplayNames.getInstance(locale);
    for (String country : ULocale.getISOCountries()) {
      add(names.regionDisplayName(country), all);
    }
    for (String language : ULocale.getISOLanguages()) {
      if (language.length() == 2) {
        add(names.languageDisplayName(language), all);
      }
    }
    this.words = List.copyOf(all);
    this.letters = String.join("", words).toLowerCase(Locale.ROOT);
  }

  private static void add(String text, Set<String> all) {
    for (String word : text.split("[^\\p{L}'’-]+")) {
      if (word.chars().anyMatch(Character::isLetter)) {
        all.add(word);
      }
    }
  }

  /** One to five words, with a blank before each; behind some stands a mark. */
  String draw(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int left = 1 + random.nextInt(LONGEST); left > 0; left--) {
      text.append(' ').append(random.nextDouble() < MADE_UP ? madeUp(random) : known(random));
      if (random.nextDouble() < PUNCTUATED) {
        text.append(",.:;!?-".charAt(random.nextInt(7)));
      }
    }
    return text.toString();
  }

  private String known(RandomGenerator random) {
    String word = words.get(random.nextInt(words.size()));
    return random.nextDouble() < CAPITAL ? word : word.toLowerCase(Locale.ROOT);
  }

  /** Letters as often as in the language's words. */
  private String madeUp(RandomGenerator random) {
    List<String> drawn = new ArrayList<>();
    for (int left = 2 + random.nextInt(8); left > 0; left--) {
      int at = random.nextInt(letters.length());
      drawn.add(letters.substring(at, at + 1));
    }
    return String.join("", drawn);
  }
}
