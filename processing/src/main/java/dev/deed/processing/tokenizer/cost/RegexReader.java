package dev.deed.processing.tokenizer.cost;

import dev.deed.processing.tokenizer.cost.RegexCost.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the regular expressions of the Oniguruma library, with which the tokenizers library splits
 * and replaces: characters, classes, groups, choices, repetitions, conditions. What else the
 * library knows (references, calls, absence, …) is refused. Belongs to one pattern.
 */
final class RegexReader {
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
