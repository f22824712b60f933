package dev.deed.processing.grammar;

import dev.deed.processing.grammar.Syntax.One;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads grammars in the notation of llama.cpp (GBNF), whose rule {@code root} is the whole text.
 * Belongs to one thread.
 */
final class GrammarReader {
  private final SourceText source;
  private final Map<String, Syntax> rules = new LinkedHashMap<>();
  private final Set<String> used = new TreeSet<>();

  GrammarReader(String text) {
    this.source = new SourceText("grammar", text);
  }

  /**
   * @throws InputException when it is malformed, or lacks a rule that it uses
   */
  Map<String, Syntax> rules() {
    skip(true);
    while (source.peek() != SourceText.END) {
      String name = name();
      skip(false);
      source.require("::=");
      skip(true);
      rules.put(name, alternatives(false));
      int c = source.peek();
      source.require(
          c == SourceText.END || c == '\r' || c == '\n',
          "has something unexpected in rule " + name);
      skip(true);
    }
    used.add(Language.ROOT);
    for (String name : used) {
      if (!rules.containsKey(name)) {
        throw Language.wrong("grammar", "has no rule " + name, "define it");
      }
    }
    return rules;
  }

  private void skip(boolean newlines) {
    for (int c = source.peek();
        c == ' ' || c == '\t' || c == '#' || newlines && (c == '\n' || c == '\r');
        c = source.peek()) {
      if (c == '#') {
        while (source.peek() != '\n' && source.peek() != '\r' && source.peek() != SourceText.END) {
          source.next();
        }
      } else {
        source.next();
      }
    }
  }

  private static boolean isOfName(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    while (isOfName(source.peek())) {
      name.appendCodePoint(source.next());
    }
    source.require(!name.isEmpty(), "lacks the name of a rule");
    return name.toString();
  }

  private Syntax alternatives(boolean nested) {
    source.enter();
    List<Syntax> parts = new ArrayList<>(List.of(sequence(nested)));
    while (source.take("|")) {
      skip(true);
      parts.add(sequence(nested));
    }
    source.leave();
    return new Syntax.Choice(parts);
  }

  private Syntax sequence(boolean nested) {
    List<Syntax> parts = new ArrayList<>();
    for (int c = source.peek();
        c == '"' || c == '[' || c == '(' || c == '.' || isOfName(c);
        c = source.peek()) {
      Syntax part = part(c);
      skip(nested);
      parts.add(source.repeated(part));
      skip(nested);
    }
    return new Syntax.Sequence(parts);
  }

  private Syntax part(int c) {
    return switch (c) {
      case '"' -> literal();
      case '[' -> new One(set());
      case '.' -> {
        source.next();
        yield new One(Characters.ANY);
      }
      case '(' -> {
        source.next();
        skip(true);
        Syntax inner = alternatives(true);
        source.require(")");
        yield inner;
      }
      default -> {
        String name = name();
        used.add(name);
        yield new Syntax.Rule(name);
      }
    };
  }

  private Syntax literal() {
    source.require("\"");
    List<Syntax> characters = new ArrayList<>();
    while (source.peek() != '"') {
      characters.add(new One(Characters.of(character())));
    }
    source.require("\"");
    return new Syntax.Sequence(characters);
  }

  private Characters set() {
    source.require("[");
    boolean negated = source.take("^");
    List<Characters> members = new ArrayList<>();
    while (source.peek() != ']') {
      int low = character();
      int high = low;
      if (source.peek() == '-' && source.peek(1) != ']') {
        source.next();
        high = character();
      }
      source.require(low <= high, "has a bad range");
      members.add(Characters.range(low, high));
    }
    source.require("]");
    Characters all = Characters.union(members);
    return negated ? all.complement() : all;
  }

  private int character() {
    int c = source.next();
    source.require(c != SourceText.END, "ends inside a literal or class");
    if (c != '\\') {
      return c;
    }
    int escaped = source.next();
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'x' -> source.hex(2);
      case 'u' -> source.hex(4);
      case 'U' -> source.hex(8);
      case '"', '\\', '[', ']' -> escaped;
      default -> throw source.wrong("has an unknown escape");
    };
  }
}
