package dev.deed.processing.tokenizer.cost;

import dev.deed.processing.tokenizer.cost.RegexNode.Choice;
import dev.deed.processing.tokenizer.cost.RegexNode.Condition;
import dev.deed.processing.tokenizer.cost.RegexNode.Repetition;
import dev.deed.processing.tokenizer.cost.RegexNode.Sequence;
import dev.deed.processing.tokenizer.cost.RegexNode.Single;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the regular expressions of the Oniguruma library, with which the tokenizers library splits
 * and replaces: characters, classes, groups, choices, repetitions, conditions. What else the
 * library knows (calls, conditionals, absence, …) no published tokenizer needs, and it is refused.
 * Belongs to one pattern.
 */
public final class RegexParser {
  private static final int MOST_DEPTH = 20;

  /** The longest count of published patterns is 512. */
  private static final int MOST_COUNT = 1000;

  /** Letters change their length with their case ({@code ß}, {@code SS}), so few are allowed. */
  private static final int MOST_CASELESS = 64;

  private static final Pattern GROUP =
      Pattern.compile("\\(\\?(?<opening>:|i:|-i:|>|=|!|<=|<!)|\\((?!\\?)");

  private static final Pattern ESCAPE =
      Pattern.compile(
          """
          \\\\(?:(?<condition>[bBAZz])|(?<reference>[1-9]\\d?)\
          |[sSdDwWhHnrtfvae]|[pP]\\{\\^?[A-Za-z0-9_ -]{1,50}}|x\\{[0-9a-fA-F]{1,6}}|x[0-9a-fA-F]{2}\
          |u[0-9a-fA-F]{4}|[^A-Za-z0-9])""",
          Pattern.DOTALL);

  private static final Pattern COUNT =
      Pattern.compile("\\{(?:(?<exact>\\d{1,6})|(?<least>\\d{0,6}),(?<most>\\d{0,6}))}");

  /** A pattern that the parser does not take; the message goes on "has a pattern that …". */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String why) {
      super(why);
    }
  }

  private final String source;
  private final Matcher group;
  private final Matcher escape;
  private final Matcher count;
  private final List<RegexNode> captured = new ArrayList<>();
  private int at;
  private int depth;
  private boolean caseless;
  private int caselessCharacters;

  private RegexParser(String source) {
    this.source = source;
    this.group = GROUP.matcher(source);
    this.escape = ESCAPE.matcher(source);
    this.count = COUNT.matcher(source);
  }

  /**
   * @throws RefusedException when something in it is not known here
   */
  static RegexNode parse(String source) throws RefusedException {
    RegexParser parser = new RegexParser(source);
    if (parser.skip("(?i)")) {
      parser.caseless = true;
    }
    RegexNode node = parser.choice();
    if (parser.at < source.length()) {
      throw parser.unknown();
    }
    return node;
  }

  private RegexNode choice() throws RefusedException {
    List<RegexNode> branches = new ArrayList<>();
    do {
      branches.add(sequence());
    } while (skip("|"));
    return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
  }

  private RegexNode sequence() throws RefusedException {
    List<RegexNode> items = new ArrayList<>();
    while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      items.add(repeated(item()));
    }
    return items.size() == 1 ? items.getFirst() : new Sequence(items);
  }

  private RegexNode item() throws RefusedException {
    return switch (source.charAt(at)) {
      case '(' -> group();
      case '[' -> single(characterClass());
      case '\\' -> escaped();
      case '^', '$' -> new Condition(source.substring(at, ++at), null);
      case '*', '+', '?', '{' -> throw unknown();
      default -> single(advanceTo(source.offsetByCodePoints(at, 1)));
    };
  }

  private RegexNode group() throws RefusedException {
    if (!matchesHere(group) || ++depth > MOST_DEPTH) {
      throw unknown();
    }
    String opening = group.group("opening");
    boolean outside = caseless;
    int place = captured.size();
    if (opening == null) {
      captured.add(new Sequence(List.of()));
    } else if (opening.endsWith("i:")) {
      caseless = opening.equals("i:");
    }
    String start = advanceTo(group.end());
    RegexNode inside = choice();
    if (!skip(")")) {
      throw new RefusedException("does not close a group");
    }
    depth--;
    caseless = outside;
    if (opening == null) {
      captured.set(place, inside);
      return inside;
    }
    return switch (opening) {
      case "=", "!" -> new Condition(start, inside);
      case "<=", "<!" -> {
        if (RegexNode.hasLoop(inside)) {
          throw new RefusedException("looks back without an end");
        }
        yield new Condition(start, inside);
      }
      default -> inside;
    };
  }

  private RegexNode escaped() throws RefusedException {
    if (!matchesHere(escape)) {
      throw unknown();
    }
    String condition = escape.group("condition");
    String reference = escape.group("reference");
    String spelling = advanceTo(escape.end());
    if (condition != null) {
      return new Condition(spelling, null);
    }
    if (reference != null) {
      int number = Integer.parseInt(reference);
      if (number > captured.size() || !(captured.get(number - 1) instanceof Single)) {
        throw new RefusedException("refers back to a group of more than one character");
      }
    }
    return single(spelling);
  }

  /** Steps over a class, which can hold other classes. */
  private String characterClass() throws RefusedException {
    int start = at;
    if (++depth > MOST_DEPTH) {
      throw unknown();
    }
    at++;
    skip("^");
    if (at < source.length() && source.charAt(at) == ']') {
      throw new RefusedException("has a class that begins with ]");
    }
    while (!skip("]")) {
      if (at == source.length()) {
        throw new RefusedException("does not close a class");
      }
      if (source.startsWith("[:", at)) {
        int end = source.indexOf(":]", at);
        if (end < 0) {
          throw unknown();
        }
        at = end + 2;
      } else if (source.charAt(at) == '[') {
        characterClass();
      } else if (source.charAt(at) == '\\') {
        if (!matchesHere(escape) || escape.group("reference") != null) {
          throw unknown();
        }
        at = escape.end();
      } else {
        at++;
      }
    }
    depth--;
    return source.substring(start, at);
  }

  private RegexNode repeated(RegexNode item) throws RefusedException {
    int least;
    int most;
    if (skip("*")) {
      least = 0;
      most = RegexNode.ENDLESS;
    } else if (skip("+")) {
      least = 1;
      most = RegexNode.ENDLESS;
    } else if (skip("?")) {
      least = 0;
      most = 1;
    } else if (at < source.length() && source.charAt(at) == '{') {
      return counted(item);
    } else {
      return item;
    }
    boolean isGreedy = !skip("?") && !skip("+");
    return repetition(new Repetition(item, least, most, isGreedy));
  }

  private RegexNode counted(RegexNode item) throws RefusedException {
    if (!matchesHere(count)) {
      throw unknown();
    }
    String exact = count.group("exact");
    int least = number(exact == null ? count.group("least") : exact, 0);
    int most = number(exact == null ? count.group("most") : exact, RegexNode.ENDLESS);
    advanceTo(count.end());
    if (least > most || least > MOST_COUNT || most > MOST_COUNT && most != RegexNode.ENDLESS) {
      throw new RefusedException("counts beyond " + MOST_COUNT);
    }
    return repetition(new Repetition(item, least, most, true));
  }

  private Repetition repetition(Repetition repetition) throws RefusedException {
    RegexNode item = repetition.item();
    if (at < source.length() && "*+?{".indexOf(source.charAt(at)) >= 0) {
      throw new RefusedException("repeats a repetition");
    }
    if (item instanceof Condition) {
      throw new RefusedException("repeats a condition");
    }
    if (repetition.most() > 1 && RegexNode.hasLoop(item)
        || repetition.isEndless()
            && (caseless || !RegexNode.isRigid(item) || RegexNode.shortest(item) == 0)) {
      throw new RefusedException("could take endless time: it repeats what can match in many ways");
    }
    return repetition;
  }

  private Single single(String spelling) throws RefusedException {
    if (caseless && ++caselessCharacters > MOST_CASELESS) {
      throw new RefusedException("has too many letters without case");
    }
    return new Single(caseless ? "(?i)" + spelling : spelling);
  }

  private static int number(String digits, int whereNone) {
    return digits.isEmpty() ? whereNone : Integer.parseInt(digits);
  }

  private boolean matchesHere(Matcher matcher) {
    return matcher.region(at, source.length()).lookingAt();
  }

  private boolean skip(String text) {
    boolean here = source.startsWith(text, at);
    at += here ? text.length() : 0;
    return here;
  }

  private String advanceTo(int end) {
    String passed = source.substring(at, end);
    at = end;
    return passed;
  }

  private RefusedException unknown() {
    int end = Math.min(source.length(), at + 10);
    return new RefusedException("is not supported at \"" + source.substring(at, end) + "\"");
  }
}
