package dev.deed.speech;

import java.util.Locale;
import java.util.Set;

/** How well a text may be broken between two words, the best first. */
public enum TextBreak {
  /** A sentence ends. */
  SENTENCE,
  /** A clause ends. */
  CLAUSE,
  /** Two words. */
  WORD,
  /** A number, or a name with its title or initials, goes on. */
  NEVER;

  private static final String CLOSING = "\"'”’»)]}」』";
  private static final String ENDS = ".!?…。！？।؟";
  private static final String CLAUSES = ",;:—–،、，；：";
  private static final Set<String> TITLES =
      Set.of(
          "mr.", "mrs.", "ms.", "mr", "mrs", "ms", "dr.", "dr", "prof.", "st.", "gen.", "col.",
          "capt.", "lt.", "sgt.", "rev.", "hon.", "sen.", "gov.", "pres.", "no.", "nr.", "hr.",
          "fr.", "sr.", "sra.", "m.", "mme", "mme.", "mlle", "don", "doña", "sir", "lord", "lady");

  /**
   * {@return how well a text may be broken behind a word}
   *
   * @param word with the signs beside it
   * @param next the word behind it
   */
  public static TextBreak between(String word, String next) {
    String bare = word.strip();
    while (bare.length() > 1 && CLOSING.indexOf(bare.charAt(bare.length() - 1)) >= 0) {
      bare = bare.substring(0, bare.length() - 1);
    }
    String follows = next.strip();
    if (bare.isEmpty() || follows.isEmpty()) {
      return WORD;
    }
    char last = bare.charAt(bare.length() - 1);
    boolean isName = Character.isUpperCase(follows.codePointAt(0));
    boolean isNumber = Character.isDigit(follows.charAt(0));
    boolean isInitial = bare.length() == 2 && last == '.' && Character.isUpperCase(bare.charAt(0));
    boolean isTitle = TITLES.contains(bare.toLowerCase(Locale.ROOT));
    if ((isTitle || isInitial) && (isName || isNumber) || Character.isDigit(last) && isNumber) {
      return NEVER;
    }
    return ENDS.indexOf(last) >= 0 ? SENTENCE : CLAUSES.indexOf(last) >= 0 ? CLAUSE : WORD;
  }
}
