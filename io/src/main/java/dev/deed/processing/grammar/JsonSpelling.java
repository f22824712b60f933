package dev.deed.processing.grammar;

import static dev.deed.processing.grammar.Syntax.choice;
import static dev.deed.processing.grammar.Syntax.sequence;
import static dev.deed.processing.grammar.Syntax.text;

import dev.deed.processing.grammar.Syntax.One;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one spelling that JSON has here: {@link JsonText#PYTHON}. */
final class JsonSpelling {
  private static final Characters CONTROLS = Characters.range(0, 0x1f);
  private static final Characters ESCAPED = CONTROLS.or(Characters.among(JsonText.SHORT));
  private static final Characters PLAIN = ESCAPED.complement();

  private static final Syntax BACKSLASH = text("\\");

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
    Characters escaped = set.and(ESCAPED);
    if (escaped.isEmpty()) {
      return new One(set);
    }
    StringBuilder letters = new StringBuilder();
    StringBuilder low = new StringBuilder();
    StringBuilder high = new StringBuilder();
    for (Characters.Range range : escaped.ranges()) {
      for (int c = range.low(); c <= range.high(); c++) {
        int letter = JsonText.SHORT.indexOf(c);
        if (letter >= 0) {
          letters.append(JsonText.LETTERS.charAt(letter));
        } else {
          (c < 0x10 ? low : high).append(Character.forDigit(c & 0xf, 16));
        }
      }
    }
    List<Syntax> behind = new ArrayList<>();
    add(behind, "", letters);
    add(behind, "u000", low);
    add(behind, "u001", high);
    return choice(new One(set.and(PLAIN)), sequence(BACKSLASH, new Syntax.Choice(behind)));
  }

  private static void add(List<Syntax> spellings, String beginning, CharSequence last) {
    if (!last.isEmpty()) {
      One one = new One(Characters.among(last.toString()));
      spellings.add(beginning.isEmpty() ? one : sequence(text(beginning), one));
    }
  }
}
