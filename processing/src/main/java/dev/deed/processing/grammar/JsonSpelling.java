package dev.deed.processing.grammar;

import static dev.deed.processing.grammar.Syntax.choice;
import static dev.deed.processing.grammar.Syntax.sequence;
import static dev.deed.processing.grammar.Syntax.text;

import dev.deed.processing.grammar.Syntax.One;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one spelling that JSON has here: {@link JsonText#PYTHON}. */
final class JsonSpelling {
  private static final Characters CONTROLS = Characters.range(0, 0x1f);
  private static final Characters PLAIN =
      CONTROLS.or(Characters.among(JsonText.SHORT)).complement();

  /** A character of a string. */
  static final Syntax CHARACTER = inString(new One(Characters.ANY));

  /** Of any object, whose parts are rules too. */
  private static final Map<String, Syntax> RULES =
      new GrammarReader(
              """
              root ::= object
              value ::= string | number | "true" | "false" | "null" | object | array
              object ::= "{" (string ":" value ("," string ":" value)*)? "}"
              array ::= "[" (value ("," value)*)? "]"
              string ::= "\\"" (
                [^"\\\\\\x00-\\x1f] | "\\\\" (["\\\\bfnrt] | "u000" [0-7bef] | "u001" [0-9a-f])
              )* "\\""
              integer ::= "-"? ("0" | [1-9] [0-9]*)
              number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?
              """)
          .rules();

  private JsonSpelling() {}

  /** Rules by which any object is spelled, a value, an integer and so on; a copy. */
  static Map<String, Syntax> rules() {
    return new LinkedHashMap<>(RULES);
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
    for (int i = 0; i < JsonText.SHORT.length(); i++) {
      if (set.contains(JsonText.SHORT.charAt(i))) {
        letters = letters.or(Characters.of(JsonText.LETTERS.charAt(i)));
      }
    }
    Characters low = Characters.NONE;
    Characters high = Characters.NONE;
    for (int c = 0; c < 0x20; c++) {
      if (set.contains(c) && JsonText.SHORT.indexOf(c) < 0) {
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
}
