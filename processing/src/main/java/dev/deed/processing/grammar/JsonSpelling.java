package dev.deed.processing.grammar;

import static dev.deed.processing.grammar.Syntax.choice;
import static dev.deed.processing.grammar.Syntax.many;
import static dev.deed.processing.grammar.Syntax.sequence;
import static dev.deed.processing.grammar.Syntax.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.processing.grammar.Syntax.One;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The one spelling that JSON has here: that of Python's {@code json.dumps} without ASCII escapes
 * and with the separators {@code ","} and {@code ":"}. No blanks stand outside strings.
 */
final class JsonSpelling {
  /** The letter of each short escape, at the place of what it stands for. */
  private static final String SHORT = "\"\\\b\f\n\r\t";

  private static final String LETTERS = "\"\\bfnrt";

  private static final Characters CONTROLS = Characters.range(0, 0x1f);
  private static final Characters PLAIN = CONTROLS.or(Characters.among(SHORT)).complement();

  /** Exponents at which numbers are written with one, as Python does. */
  private static final int LEAST_EXPONENT = -4;

  private static final int MOST_EXPONENT = 16;

  /** A character of a string. */
  static final Syntax CHARACTER = inString(new One(Characters.ANY));

  static final Syntax STRING = sequence(text("\""), many(CHARACTER), text("\""));
  static final Syntax INTEGER = new ExpressionReader("json", "-?(0|[1-9][0-9]*)").whole();
  static final Syntax NUMBER =
      new ExpressionReader("json", "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?").whole();

  /** The rules of any value and of any object. */
  static final String VALUE = "any value";

  static final String OBJECT = "any object";

  private JsonSpelling() {}

  /** Rules for values of which nothing more is known. */
  static Map<String, Syntax> rules() {
    Map<String, Syntax> rules = new LinkedHashMap<>();
    Syntax value = new Syntax.Rule(VALUE);
    rules.put(
        VALUE,
        choice(
            STRING,
            NUMBER,
            text("true"),
            text("false"),
            text("null"),
            new Syntax.Rule(OBJECT),
            sequence(text("["), listed(value), text("]"))));
    rules.put(OBJECT, sequence(text("{"), listed(sequence(STRING, text(":"), value)), text("}")));
    return rules;
  }

  private static Syntax listed(Syntax item) {
    return choice(Syntax.NOTHING, sequence(item, many(sequence(text(","), item))));
  }

  /** The spelling inside a string of the values that a syntax describes. */
  static Syntax inString(Syntax values) {
    return switch (values) {
      case One(Characters set) -> inString(set);
      case Syntax.Sequence(List<Syntax> parts) ->
          new Syntax.Sequence(parts.stream().map(JsonSpelling::inString).toList());
      case Syntax.Choice(List<Syntax> parts) ->
          new Syntax.Choice(parts.stream().map(JsonSpelling::inString).toList());
      case Syntax.Repeat(Syntax part, int least, int most) ->
          new Syntax.Repeat(inString(part), least, most);
      case Syntax.Rule rule -> rule;
    };
  }

  private static Syntax inString(Characters set) {
    Characters letters = Characters.NONE;
    for (int i = 0; i < SHORT.length(); i++) {
      if (set.contains(SHORT.charAt(i))) {
        letters = letters.or(Characters.of(LETTERS.charAt(i)));
      }
    }
    Characters low = Characters.NONE;
    Characters high = Characters.NONE;
    for (int c = 0; c < 0x20; c++) {
      if (set.contains(c) && SHORT.indexOf(c) < 0) {
        Characters digit = Characters.of(Character.forDigit(c & 0xf, 16));
        low = c < 0x10 ? low.or(digit) : low;
        high = c < 0x10 ? high : high.or(digit);
      }
    }
    return choice(
        new One(set.and(PLAIN)),
        sequence(
            text("\\"),
            choice(
                new One(letters),
                sequence(text("u000"), new One(low)),
                sequence(text("u001"), new One(high)))));
  }

  /** A value as it is spelled; keys in their order. */
  static String spelled(JsonNode value) {
    if (value.isArray()) {
      StringJoiner items = new StringJoiner(",", "[", "]");
      value.forEach(item -> items.add(spelled(item)));
      return items.toString();
    }
    if (value.isObject()) {
      StringJoiner members = new StringJoiner(",", "{", "}");
      value
          .properties()
          .forEach(e -> members.add(quoted(e.getKey()) + ":" + spelled(e.getValue())));
      return members.toString();
    }
    if (value.isTextual()) {
      return quoted(value.textValue());
    }
    return value.isFloatingPointNumber() ? spelled(value.doubleValue()) : value.asText();
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = SHORT.indexOf(c);
      if (escape >= 0) {
        quoted.append('\\').append(LETTERS.charAt(escape));
      } else if (c < 0x20) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** The shortest digits that give the number back, as Python's {@code repr} writes them. */
  private static String spelled(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - exact.scale() - 1;
    String sign = number < 0 ? "-" : "";
    if (exponent < LEAST_EXPONENT || exponent >= MOST_EXPONENT) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      return "%s%s%se%s%02d"
          .formatted(
              sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = exact.abs().toPlainString();
    return sign + plain + (plain.contains(".") ? "" : ".0");
  }
}
