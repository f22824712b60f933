package dev.deed.processing.grammar;

import dev.deed.processing.grammar.Syntax.One;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions, which match a text as a whole. Classes are ASCII; the dot is all but a
 * line feed; lazy quantifiers mean the same texts. What is not regular is refused. Belongs to one
 * thread.
 */
final class ExpressionReader {
  private static final Characters DIGITS = Characters.range('0', '9');
  private static final Characters WORD =
      DIGITS.or(Characters.range('A', 'Z')).or(Characters.range('a', 'z')).or(Characters.of('_'));
  private static final Characters SPACE = Characters.among(" \t\n\r\f\u000b");

  private final SourceText source;

  /**
   * One of several at the top.
   *
   * @param fromStart whether {@code ^} stands in front
   * @param toEnd whether {@code $} stands behind
   */
  record Alternative(Syntax syntax, boolean fromStart, boolean toEnd) {}

  /**
   * @param kind of constraint, for errors
   */
  ExpressionReader(String kind, String text) {
    this.source = new SourceText(kind, text);
  }

  /** The texts that match as a whole. */
  Syntax whole() {
    return new Syntax.Choice(alternatives().stream().map(Alternative::syntax).toList());
  }

  List<Alternative> alternatives() {
    List<Alternative> all = new ArrayList<>();
    do {
      boolean fromStart = source.take("^");
      Syntax syntax = sequence();
      all.add(new Alternative(syntax, fromStart, source.take("$")));
    } while (source.take("|"));
    source.require(
        source.peek() == SourceText.END,
        "has something unexpected, such as ) or an anchor inside,");
    return all;
  }

  private Syntax group() {
    source.enter();
    List<Syntax> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (source.take("|"));
    source.leave();
    return new Syntax.Choice(parts);
  }

  private Syntax sequence() {
    List<Syntax> parts = new ArrayList<>();
    while ("|)$".indexOf(source.peek()) < 0 && source.peek() != SourceText.END) {
      parts.add(quantified());
    }
    return new Syntax.Sequence(parts);
  }

  private Syntax quantified() {
    Syntax part = atom();
    Syntax repeated = source.repeated(part);
    if (repeated == part) {
      return part;
    }
    source.require(source.peek() != '+', "has a possessive quantifier, which is not supported,");
    source.take("?");
    source.require("*+?{".indexOf(source.peek()) < 0, "has a quantifier of a quantifier");
    return repeated;
  }

  private Syntax atom() {
    int c = source.peek();
    if (c == '(') {
      open();
      Syntax inner = group();
      source.require(")");
      return inner;
    }
    if (c == '[') {
      return new One(set());
    }
    source.require("*+?{".indexOf(c) < 0, "has a quantifier with nothing to repeat");
    source.require(c != '^', "has an anchor inside, which is not supported,");
    if (c == '\\') {
      return new One(escape());
    }
    source.next();
    return new One(c == '.' ? Characters.of('\n').complement() : Characters.of(c));
  }

  /** Reads what opens a group. */
  private void open() {
    source.require("(");
    if (!source.take("?") || source.take(":")) {
      return;
    }
    source.take("P");
    source.require(
        source.take("<") && isWord(source.peek()) && !DIGITS.contains(source.peek()),
        "has a group that looks around, sets flags or is otherwise not supported,");
    while (isWord(source.peek())) {
      source.next();
    }
    source.require(">");
  }

  private static boolean isWord(int c) {
    return WORD.contains(c);
  }

  private Characters escape() {
    source.require("\\");
    int c = source.next();
    return switch (c) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> SPACE;
      case 'S' -> SPACE.complement();
      case 'n' -> Characters.of('\n');
      case 'r' -> Characters.of('\r');
      case 't' -> Characters.of('\t');
      case 'f' -> Characters.of('\f');
      case 'v' -> Characters.of(0x0b);
      case 'x' -> Characters.of(source.hex(2));
      case 'u' -> Characters.of(source.hex(4));
      case SourceText.END -> throw source.wrong("ends with a backslash");
      default -> {
        source.require(
            (c < '1' || c > '9') && c != 'k', "has a back-reference, which is not supported,");
        source.require(
            !Character.isLetterOrDigit(c),
            "has the escape \\" + Character.toString(c) + ", which is not supported,");
        yield Characters.of(c);
      }
    };
  }

  private Characters set() {
    source.require("[");
    boolean negated = source.take("^");
    List<Characters> members = new ArrayList<>();
    while (source.peek() != ']') {
      Characters member = member();
      if (source.peek() == '-' && source.peek(1) != ']') {
        source.next();
        member = span(member, member());
      }
      members.add(member);
    }
    source.require(!members.isEmpty(), "has an empty class");
    source.require("]");
    Characters all = Characters.union(members);
    return negated ? all.complement() : all;
  }

  private Characters span(Characters low, Characters high) {
    source.require(low.isSingle() && high.isSingle(), "has a bad range");
    int from = low.ranges().getFirst().low();
    int to = high.ranges().getFirst().low();
    source.require(from <= to, "has a bad range");
    return Characters.range(from, to);
  }

  private Characters member() {
    if (source.peek() == '\\') {
      return escape();
    }
    int c = source.next();
    source.require(c != SourceText.END, "lacks ]");
    return Characters.of(c);
  }
}
