package dev.deed.lab.copying;

import java.util.random.RandomGenerator;

/** Random letters and digits; letters come about as often as in names. */
final class Letters {
  private static final String VOWELS = "AAAAAEEEEIIIOOOUU";
  private static final String CONSONANTS = "NNNNRRRRTTTSSSLLLMMKKGGBBHHDDPPJJCCFWYVZXQ";
  private static final String ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private Letters() {}

  static char vowel(RandomGenerator random) {
    return one(VOWELS, random);
  }

  static char consonant(RandomGenerator random) {
    return one(CONSONANTS, random);
  }

  /** Any of the 26, each as likely. */
  static char any(RandomGenerator random) {
    return one(ALL, random);
  }

  static char digit(RandomGenerator random) {
    return (char) ('0' + random.nextInt(10));
  }

  /** Of the same kind: digit, vowel or consonant, upper or lower case; other characters stay. */
  static char like(char c, RandomGenerator random) {
    if (c >= '0' && c <= '9') {
      return digit(random);
    }
    char upper = Character.toUpperCase(c);
    if (upper < 'A' || upper > 'Z') {
      return c;
    }
    char drawn = "AEIOU".indexOf(upper) >= 0 ? vowel(random) : consonant(random);
    return c == upper ? drawn : Character.toLowerCase(drawn);
  }

  private static char one(String letters, RandomGenerator random) {
    return letters.charAt(random.nextInt(letters.length()));
  }
}
