package dev.deed.processing.tokenizer.cost;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long searches for a pattern can take in a library that goes back and tries again
 * (backtracking, Oniguruma). Published patterns are known by their text. Others are supported where
 * nothing is repeated but single characters and classes: what a repetition within another costs is
 * not looked into.
 *
 * <p>A loop, a repetition without an end, costs as much as it passes over. Where nothing behind it
 * can fail, that much is then part of the match, so all searches together pass over a text once.
 * Where something can, each place of a text may pass over the rest of it in vain: the time goes
 * with the square of the length, and such patterns are for short texts. With two such loops it
 * would go with the cube, and these patterns are refused.
 *
 * @param steps tries at a place of the text, loops aside
 * @param isSquare whether loops pass over a text again and again
 * @param retries tries that go back into one loop, for each character that it passed over: the
 *     library ends the process after ten million for one place
 * @param shortest the fewest characters that it matches
 */
public record RegexCost(double steps, boolean isSquare, double retries, int shortest) {
  private static final double MOST_STEPS = 1e6;
  private static final int ENDLESS = Integer.MAX_VALUE;

  /** Letters change their length with their case ({@code ß}, {@code SS}), so few are allowed. */
  private static final int MOST_GROUPED = 64;

  private static final String ESCAPE =
      """
      \\\\(?:[sSdDwWhHnrtfvae]|[pP]\\{\\^?[A-Za-z0-9_ -]{1,50}}|x\\{[0-9a-fA-F]{1,6}}\
      |x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z0-9])""";

  private static final String IN_CLASS = "[^\\\\\\[\\]]|" + ESCAPE;

  private static final String CLASS = "\\[\\^?(?:%1$s|\\[\\^?(?:%1$s)++])++]".formatted(IN_CLASS);

  private static final String CHARACTER = "(?:[^\\\\\\[(){|*+?^$]|%s|%s)".formatted(ESCAPE, CLASS);

  /** What a pattern consists of; groups hold texts and classes, and are not repeated. */
  private static final Pattern ITEM =
      Pattern.compile(
          """
          (?<branch>\\|)|(?<anchor>\\\\[bBAZz]|[$^]|\\(\\?<[=!]%1$s\\)|\\(\\?[=!]%1$s(?<ahead>[+*])?\\))\
          |(?<group>\\((?:\\?i?:)?(?:%2$s)++(?:\\|(?:%2$s)++)*+\\))(?<maybe>\\??)\
          |%1$s(?:(?<sign>[*+?])[?+]?|\\{(?<least>\\d{1,3})(?<comma>,)?(?<most>\\d{1,3})?})?"""
              .formatted(CHARACTER, "[^\\\\\\[(){}|*+?^$]|" + CLASS));

  /** A group around all. */
  private static final Pattern WHOLE = Pattern.compile("\\((?!\\?)((?:[^\\\\()]|\\\\.)*+)\\)");

  private static final String START = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String WORDS = START + "%1$s*%2$s+%3$s|" + START + "%1$s+%2$s*%3$s|";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String BLANKS = "\\s+(?!\\S)|\\s+";
  private static final String LINES = "\\s*[\\r\\n]+|" + BLANKS;

  /**
   * Patterns of published tokenizers: GPT-4o, Mistral's Tekken, Kimi, Nougat and Galactica,
   * Pegasus, SuperBPE, Tiny Aya. What a loop of the first three passes over in vain, the next
   * branch takes up; Nougat refers back to one character.
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
          linear(3, 0),
          "(\\n)+",
          linear(2, 0),
          "(?=(\\d{3})+(?!\\d))",
          new RegexCost(9, true, 9, 0),
          "\\d{1,3}(?=(?:\\d{3})*\\b)",
          new RegexCost(24, true, 24, 1));

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
        return of(pattern.substring(0, length), ending.getValue());
      }
    }
    Matcher whole = WHOLE.matcher(pattern);
    return of(whole.matches() ? whole.group(1) : pattern, new RegexCost(0, false, 0, ENDLESS));
  }

  /** The cost of looking for a text as it is. */
  public static RegexCost ofText(String text) {
    return new RegexCost(text.length(), false, 0, text.codePointCount(0, text.length()));
  }

  private static RegexCost of(String pattern, RegexCost others) throws RefusedException {
    Matcher item = ITEM.matcher(pattern);
    RegexCost cost = others;
    Branch branch = new Branch();
    int grouped = 0;
    for (int at = 0; at < pattern.length(); at = item.end()) {
      if (!item.region(at, pattern.length()).lookingAt()) {
        String rest = pattern.substring(at, Math.min(pattern.length(), at + 10));
        throw new RefusedException("is not supported at \"" + rest + "\"");
      }
      String group = item.group("group");
      if (item.group("branch") != null) {
        cost = branch.or(cost);
        branch = new Branch();
      } else if (item.group("anchor") != null) {
        branch.add(0, 2, 1, true);
        branch.pending += item.group("ahead") == null ? 0 : 1;
      } else if (group != null) {
        grouped += group.length();
        boolean must = item.group("maybe").isEmpty();
        double ways = group.chars().filter(c -> c == '|').count() + (must ? 1 : 2);
        branch.add(must ? 1 : 0, group.length(), ways, must);
      } else {
        branch.addRepeated(item);
      }
    }
    if (grouped > MOST_GROUPED) {
      throw new RefusedException("has too many letters in groups");
    }
    return branch.or(cost);
  }

  /** One of the ways in which a pattern can match, as it is read. */
  private static final class Branch {
    private double ways = 1;
    private double size;
    private int shortest;

    /** Loops that nothing which can fail stands behind, so far, and the others. */
    private int pending;

    private int inVain;

    /**
     * @param least characters that it matches
     * @param most characters that it looks at, a loop counting as one round
     * @param count ways in which it can match at one place
     * @param canFail whether there are texts that it does not match
     */
    void add(int least, int most, double count, boolean canFail) {
      if (canFail) {
        inVain += pending;
        pending = 0;
      }
      ways *= count;
      size += most;
      shortest += least;
    }

    /** Adds a character or class, as often as an item says. */
    void addRepeated(Matcher item) throws RefusedException {
      String sign = item.group("sign");
      String counted = item.group("least");
      int least = counted != null ? Integer.parseInt(counted) : "*?".contains("" + sign) ? 0 : 1;
      String limit = item.group("most");
      boolean loops =
          sign != null ? !sign.equals("?") : item.group("comma") != null && limit == null;
      int most = limit != null ? Integer.parseInt(limit) : Math.max(least, sign == null ? 0 : 1);
      if (most < Math.max(1, least)) {
        throw new RefusedException("counts to less than it counts from");
      }
      add(least, loops ? least + 1 : most, loops ? 1 : most - least + 1, least > 0);
      pending += loops ? 1 : 0;
    }

    RegexCost or(RegexCost others) throws RefusedException {
      double tries = ways * size;
      if (inVain > 1 || others.steps + tries > MOST_STEPS) {
        throw new RefusedException("could take endless time");
      }
      return new RegexCost(
          others.steps + tries,
          others.isSquare || inVain > 0,
          Math.max(others.retries, inVain > 0 ? tries : 0),
          Math.min(others.shortest, shortest));
    }
  }
}
