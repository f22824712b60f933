package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.RegexCost.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
record RegexCost(double steps, boolean isSquare, double retries, int shortest) {
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

  /**
   * Reads the regular expressions of the Oniguruma library, with which the tokenizers library
   * splits and replaces: characters, classes, groups, choices, repetitions, conditions. What else
   * the library knows (references, calls, absence, …) is refused. Belongs to one pattern.
   */
  private static final class RegexReader {
    private static final int MOST_DEPTH = 20;

    /** The longest count of published patterns is 512. */
    private static final int MOST_COUNT = 1000;

    /** Letters change their length with their case ({@code ß}, {@code SS}), so few are allowed. */
    private static final int MOST_CASELESS = 64;

    private static final String ESCAPE =
        """
        \\\\(?:[sSdDwWhHnrtfvae]|[pP]\\{\\^?[A-Za-z0-9_ -]{1,50}}|x\\{[0-9a-fA-F]{1,6}}\
        |x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z0-9])""";

    private static final String IN_CLASS = "[^\\\\\\[\\]]|" + ESCAPE;

    private static final Pattern ITEM =
        Pattern.compile(
            """
            (?<single>[^\\\\\\[(){|*+?^$]|%1$s|\\[\\^?(?:%2$s|\\[\\^?(?:%2$s)++])++])\
            |(?<anchor>\\\\[bBAZz]|[$^])\
            |\\((?!\\?)|\\(\\?(?<opening>:|i:|-i:|>|=|!|<=|<!)"""
                .formatted(ESCAPE, IN_CLASS));

    private static final Pattern TIMES =
        Pattern.compile(
            "(?:(?<sign>[*+?])[?+]?|\\{(?<least>\\d{1,6})?(?<comma>,)?(?<most>\\d{1,6})?})"
                + "(?<more>[*+?{])?");

    private final String source;
    private final Matcher item;
    private final Matcher times;
    private int at;
    private int depth;
    private double caseless;

    private RegexReader(String source) {
      this.source = source;
      this.item = ITEM.matcher(source);
      this.times = TIMES.matcher(source);
    }

    /**
     * @return its branches
     * @throws RefusedException when something in it is not known here
     */
    static List<RegexPart> read(String source) throws RefusedException {
      RegexReader reader = new RegexReader(source);
      boolean isGroup = reader.skip('(') && !reader.skip('?');
      if (isGroup) {
        List<RegexPart> branches = reader.branches();
        if (reader.skip(')') && reader.at == source.length()) {
          return branches;
        }
      }
      reader = new RegexReader(source);
      List<RegexPart> branches = reader.branches();
      if (reader.at < source.length()) {
        throw reader.unknown();
      }
      return branches;
    }

    private List<RegexPart> branches() throws RefusedException {
      List<RegexPart> branches = new ArrayList<>();
      do {
        RegexPart branch = RegexPart.EMPTY;
        while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
          branch = branch.then(repeated(item()));
        }
        branches.add(branch);
      } while (skip('|'));
      return branches;
    }

    private RegexPart item() throws RefusedException {
      if (!item.region(at, source.length()).lookingAt()) {
        throw unknown();
      }
      boolean isSingle = item.group("single") != null;
      boolean isAnchor = item.group("anchor") != null;
      String opening = item.group("opening");
      if (!isSingle && !isAnchor && depth == MOST_DEPTH) {
        throw unknown();
      }
      at = item.end();
      return isSingle ? RegexPart.SINGLE : isAnchor ? RegexPart.ANCHOR : group(opening);
    }

    private RegexPart group(@Nullable String opening) throws RefusedException {
      depth++;
      RegexPart inside = RegexPart.choice(branches());
      refuseIf(!skip(')'), "does not close a group");
      depth--;
      return switch (opening) {
        case "=", "!" -> inside.asCondition();
        case "<=", "<!" -> {
          refuseIf(inside.loops() > 0, "looks back without an end");
          yield inside.asCondition();
        }
        case "i:" -> {
          caseless += inside.size();
          refuseIf(
              inside.loops() > 0 || caseless > MOST_CASELESS, "has too many letters without case");
          yield inside.caseless();
        }
        case null, default -> inside;
      };
    }

    private RegexPart repeated(RegexPart part) throws RefusedException {
      if (!times.region(at, source.length()).lookingAt()) {
        return part;
      }
      refuseIf(times.group("more") != null, "repeats a repetition");
      refuseIf(part.shortest() == 0 && part.canFail(), "repeats a condition");
      String sign = times.group("sign");
      int least = number(times.group("least"), "+".equals(sign) ? 1 : 0);
      int most = number(times.group("most"), "?".equals(sign) ? 1 : RegexPart.ENDLESS);
      if (sign == null && times.group("comma") == null) {
        most = least;
      }
      if (most == 0
          || least > most
          || least > MOST_COUNT
          || most > MOST_COUNT && most != RegexPart.ENDLESS) {
        throw new RefusedException("counts beyond " + MOST_COUNT);
      }
      at = times.end();
      refuseIf(
          most > 1 && part.loops() > 0
              || most == RegexPart.ENDLESS && (!part.isRigid() || part.shortest() == 0),
          "could take endless time: it repeats what can match in many ways");
      return part.repeated(least, most);
    }

    private static int number(@Nullable String digits, int whereNone) {
      return digits == null ? whereNone : Integer.parseInt(digits);
    }

    private boolean skip(char character) {
      boolean isHere = at < source.length() && source.charAt(at) == character;
      at += isHere ? 1 : 0;
      return isHere;
    }

    private static void refuseIf(boolean isWrong, String why) throws RefusedException {
      if (isWrong) {
        throw new RefusedException(why);
      }
    }

    private RefusedException unknown() {
      int end = Math.min(source.length(), at + 10);
      return new RefusedException("is not supported at \"" + source.substring(at, end) + "\"");
    }
  }

  /**
   * A part of a regular expression, as far as the time that a search takes depends on it. A loop is
   * a repetition without an end; it passes over characters in vain if something behind it does not
   * match.
   *
   * @param ways in which it can match at one place, however long its loops are
   * @param size characters that it looks at, loops counting as one round
   * @param shortest the fewest characters that it matches
   * @param loops that can pass over characters in vain if what stands behind the part can fail
   * @param ownLoops those that can do so even if nothing behind the part can fail
   * @param canFail whether there are texts that it does not match
   * @param isRigid whether there is just one way in which it can match a text, and of one length
   */
  private record RegexPart(
      double ways,
      double size,
      int shortest,
      int loops,
      int ownLoops,
      boolean canFail,
      boolean isRigid) {
    /** {@code most} of a repetition without an end. */
    static final int ENDLESS = Integer.MAX_VALUE;

    /** One character: itself or a class. */
    static final RegexPart SINGLE = new RegexPart(1, 1, 1, 0, 0, true, true);

    /** Matches nothing. */
    static final RegexPart EMPTY = new RegexPart(1, 0, 0, 0, 0, false, true);

    /** An anchor. */
    static final RegexPart ANCHOR = EMPTY.asCondition();

    /** A look at this part, ahead or behind: what it passes over is no part of the match. */
    RegexPart asCondition() {
      return new RegexPart(ways, 1 + size, 0, loops, loops, true, false);
    }

    /** The same part where upper and lower case are alike: a letter can match one or two. */
    RegexPart caseless() {
      return new RegexPart(ways, size, shortest, loops, ownLoops, canFail, false);
    }

    RegexPart then(RegexPart next) {
      return new RegexPart(
          ways * next.ways,
          size + next.size,
          (int) Math.min(ENDLESS, (long) shortest + next.shortest),
          loops + next.loops,
          (next.canFail ? loops : ownLoops) + next.ownLoops,
          canFail || next.canFail,
          isRigid && next.isRigid);
    }

    /** The first of several that leads to a match. */
    static RegexPart choice(List<RegexPart> branches) {
      return branches.stream()
          .reduce(
              (a, b) ->
                  new RegexPart(
                      a.ways + b.ways,
                      a.size + b.size,
                      Math.min(a.shortest, b.shortest),
                      Math.max(a.loops, b.loops),
                      Math.max(a.ownLoops, b.ownLoops),
                      a.canFail && b.canFail,
                      false))
          .orElse(EMPTY);
    }

    RegexPart repeated(int least, int most) {
      boolean isLoop = most == ENDLESS;
      return new RegexPart(
          isLoop ? 1 : (most - least + 1) * Math.pow(ways, most),
          size * (isLoop ? least + 1 : most),
          (int) Math.min(ENDLESS, (long) shortest * least),
          isLoop ? 1 : loops,
          isLoop ? 0 : ownLoops,
          least > 0 && canFail,
          least == most && isRigid);
    }
  }
}
