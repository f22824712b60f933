package dev.deed.processing.tokenizer.cost;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * How long searches for a pattern can take in a library that goes back and tries again
 * (backtracking). A loop, a repetition without an end, costs as much as it passes over. Where
 * nothing behind it can fail, that much is then part of the match, so all searches together pass
 * over a text once. Where something can, each place of a text may pass over the rest of it in vain:
 * the time goes with the square of the length, and such patterns are for short texts. With two such
 * loops it would go with the cube, and these patterns are refused.
 *
 * @param steps tries at a place of the text, loops aside
 * @param isSquare whether loops pass over a text again and again
 * @param retries tries that go back into one loop, for each character that it passed over: the
 *     library ends the process after ten million for one place
 * @param shortest the fewest characters that it matches
 */
public record RegexCost(double steps, boolean isSquare, double retries, int shortest) {
  private static final double MOST_STEPS = 1e6;

  private static final String START = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String WORDS = START + "%1$s*%2$s+%3$s|" + START + "%1$s+%2$s*%3$s|";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String BLANKS = "\\s+(?!\\S)|\\s+";
  private static final String LINES = "\\s*[\\r\\n]+|" + BLANKS;

  /**
   * Patterns of published tokenizers: GPT-4o, Mistral's Tekken, Kimi, Nougat and Galactica. What a
   * loop passes over in vain, the next branch takes up; Nougat refers back to one character.
   */
  private static final Map<String, RegexCost> PATTERNS =
      Map.of(
          WORDS.formatted(UPPER, LOWER, "(?i:'s|'t|'re|'ve|'m|'ll|'d)?")
              + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|"
              + LINES,
          linear(1202, 588),
          WORDS.formatted(UPPER, LOWER, "") + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + LINES,
          linear(34, 8),
          "[\\p{Han}]+|"
              + WORDS.formatted(
                  "[\\p{Lu}\\p{Lo}&&[^\\p{Han}]]", "[\\p{Ll}\\p{Lo}&&[^\\p{Han}]]", "")
              + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
              + LINES,
          linear(44, 8),
          "[\\(\\)\\[\\]\\{\\}]|([!\"\\#\\$%\\&'\\*\\+,\\-\\./:;<=>\\?\\\\\\^_`\\|\\~])\\1*",
          linear(3, 0));

  /** Last branches of GPT-2, Llama 3, Qwen, DeepSeek, BailingMoE, likewise; longer ones first. */
  private static final SequencedMap<String, RegexCost> ENDINGS = new LinkedHashMap<>();

  static {
    ENDINGS.put(LINES, linear(9, 3));
    ENDINGS.put("\\s*[\\r\\n]|" + BLANKS, linear(8, 2));
    ENDINGS.put(BLANKS, linear(6, 0));
  }

  /** A pattern that is not supported; the message goes on "has a pattern that …". */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String why) {
      super(why);
    }
  }

  private static RegexCost linear(double steps, double retries) {
    return new RegexCost(steps, false, retries, 1);
  }

  /**
   * @throws RefusedException when it is not supported, or could take endless time
   */
  public static RegexCost of(String pattern) throws RefusedException {
    RegexCost known = PATTERNS.get(pattern);
    if (known != null) {
      return known;
    }
    for (Map.Entry<String, RegexCost> ending : ENDINGS.entrySet()) {
      if (pattern.equals(ending.getKey())) {
        return ending.getValue();
      }
      if (pattern.endsWith("|" + ending.getKey())) {
        int length = pattern.length() - ending.getKey().length() - 1;
        return of(RegexReader.read(pattern.substring(0, length)), ending.getValue());
      }
    }
    return of(RegexReader.read(pattern), new RegexCost(0, false, 0, RegexPart.ENDLESS));
  }

  /** The cost of looking for a text as it is. */
  public static RegexCost ofText(String text) {
    return new RegexCost(text.length(), false, 0, text.codePointCount(0, text.length()));
  }

  private static RegexCost of(List<RegexPart> branches, RegexCost others) throws RefusedException {
    RegexCost cost = others;
    for (RegexPart branch : branches) {
      double tries = branch.ways() * branch.size();
      boolean inVain = branch.ownLoops() > 0;
      cost =
          new RegexCost(
              cost.steps + tries,
              cost.isSquare || inVain,
              Math.max(cost.retries, inVain ? tries : 0),
              Math.min(cost.shortest, branch.shortest()));
      if (branch.ownLoops() > 1 || cost.steps > MOST_STEPS) {
        throw new RefusedException("could take endless time");
      }
    }
    return cost;
  }
}
