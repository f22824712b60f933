package dev.deed.processing.grammar;

import static dev.deed.processing.grammar.Syntax.choice;
import static dev.deed.processing.grammar.Syntax.many;
import static dev.deed.processing.grammar.Syntax.sequence;
import static dev.deed.processing.grammar.Syntax.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.processing.grammar.Syntax.Rule;
import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads JSON Schemas: the spellings of all values that one allows, the members of an object in the
 * order of its {@code properties}. Keywords that it does not know are refused by name. Belongs to
 * one thread.
 */
final class SchemaReader {
  /** Say something about a schema and nothing about values. */
  private static final Set<String> NOTES =
      words(
          "title description default examples $schema $id $comment deprecated readOnly writeOnly");

  private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");

  private static final Set<String> KNOWN =
      words(
          "type enum const properties required additionalProperties items minItems maxItems"
              + " minLength maxLength pattern anyOf $ref");
  private static final Set<String> TYPES = words("null boolean integer number string object array");
  private static final Set<String> OF_OBJECTS = words("properties required additionalProperties");
  private static final Set<String> OF_ARRAYS = words("items minItems maxItems");

  private final JsonNode root;
  private final Map<String, Syntax> rules = JsonSpelling.rules();

  /** Definitions that are referred to and not read yet, by their rules. */
  private final LinkedHashMap<String, JsonNode> unread = new LinkedHashMap<>();

  /** Where the schema that is read stands in the whole. */
  private final Deque<String> place = new ArrayDeque<>();

  private int made;

  SchemaReader(JsonNode root) {
    this.root = root;
  }

  /**
   * @throws InputException when it is malformed, or says what is not supported
   */
  Map<String, Syntax> rules() {
    rules.put(Language.ROOT, syntax(root));
    // One after the other: a chain of references has any length.
    for (var next = unread.pollFirstEntry(); next != null; next = unread.pollFirstEntry()) {
      String definition = next.getKey().substring("#/".length()).replace('/', '.');
      rules.put(next.getKey(), syntax(definition, next.getValue()));
    }
    return rules;
  }

  private static Set<String> words(String words) {
    return Set.of(words.split(" "));
  }

  private InputException wrong(String why) {
    return Language.wrong(kind(), why, "correct the schema; docs/generation.md lists the keywords");
  }

  /** What errors call the schema that is read, such as {@code json.properties.x}. */
  private String kind() {
    return Stream.concat(Stream.of("json"), place.stream()).collect(Collectors.joining("."));
  }

  private void require(boolean holds, String why) {
    if (!holds) {
      throw wrong(why);
    }
  }

  private Rule rule(Syntax syntax) {
    String name = "part " + ++made;
    rules.put(name, syntax);
    return new Rule(name);
  }

  private Syntax syntax(String step, JsonNode schema) {
    place.addLast(step);
    Syntax syntax = syntax(schema);
    place.removeLast();
    return syntax;
  }

  private Syntax syntax(JsonNode schema) {
    if (schema.isBoolean() && schema.booleanValue()) {
      return new Rule("value");
    }
    require(schema.isObject(), "holds " + shown(schema) + " where a schema, an object, is wanted");
    Set<String> keywords = new TreeSet<>();
    schema.fieldNames().forEachRemaining(keywords::add);
    keywords.removeAll(NOTES);
    keywords.removeAll(DEFINITIONS);
    for (String keyword : keywords) {
      require(KNOWN.contains(keyword), "has the keyword " + keyword + ", which is not supported");
    }
    if (keywords.contains("$ref")) {
      return reference(schema.get("$ref"));
    }
    if (keywords.contains("anyOf")) {
      return anyOf(schema.get("anyOf"), keywords);
    }
    Set<String> types = types(schema.path("type"));
    if (keywords.contains("enum") || keywords.contains("const")) {
      return values(schema, types);
    }
    if (types.isEmpty()) {
      types = implied(keywords);
    }
    return types.isEmpty()
        ? new Rule("value")
        : new Syntax.Choice(types.stream().map(type -> ofType(type, schema)).toList());
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private Syntax reference(JsonNode target) {
    String text = target.asText();
    for (String place : DEFINITIONS) {
      String prefix = "#/" + place + "/";
      JsonNode schema =
          root.path(place).get(text.substring(Math.min(prefix.length(), text.length())));
      if (target.isTextual() && text.startsWith(prefix) && schema != null) {
        if (!rules.containsKey(text)) {
          rules.put(text, Syntax.NOTHING);
          unread.put(text, schema);
        }
        return new Rule(text);
      }
    }
    throw wrong("has the $ref " + shown(target) + ", which leads nowhere");
  }

  private Syntax anyOf(JsonNode schemas, Set<String> keywords) {
    require(
        keywords.size() == 1,
        "has keywords beside anyOf, " + keywords + ", which is not supported");
    require(schemas.isArray() && !schemas.isEmpty(), "has an anyOf that is no list of schemas");
    List<Syntax> any = new ArrayList<>();
    for (JsonNode schema : schemas) {
      any.add(syntax("anyOf." + any.size(), schema));
    }
    return new Syntax.Choice(any);
  }

  private Set<String> types(JsonNode declared) {
    Set<String> types = new LinkedHashSet<>();
    for (JsonNode type : declared.isArray() ? declared : List.of(declared)) {
      if (!type.isMissingNode()) {
        String name = type.isTextual() ? type.textValue() : shown(type);
        require(TYPES.contains(name), "has the type " + name + ", which is none");
        types.add(name);
      }
    }
    return types;
  }

  private static Set<String> implied(Set<String> keywords) {
    if (!Collections.disjoint(keywords, OF_OBJECTS)) {
      return Set.of("object");
    }
    if (!Collections.disjoint(keywords, OF_ARRAYS)) {
      return Set.of("array");
    }
    return keywords.isEmpty() ? Set.of() : Set.of("string");
  }

  /** The values of {@code enum} or {@code const} that are of the given types. */
  private Syntax values(JsonNode schema, Set<String> types) {
    JsonNode listed = schema.get("enum");
    require(listed == null || listed.isArray(), "has an enum that is no list");
    Stream<JsonNode> all = listed == null ? Stream.of(schema.get("const")) : listed.valueStream();
    return new Syntax.Choice(
        all.filter(value -> types.isEmpty() || isOf(value, types))
            .map(value -> text(JsonText.PYTHON.of(value)))
            .toList());
  }

  private static boolean isOf(JsonNode value, Set<String> types) {
    return switch (value.getNodeType()) {
      case NUMBER ->
          types.contains("number") || types.contains("integer") && !value.isFloatingPointNumber();
      case NULL -> types.contains("null");
      case BOOLEAN -> types.contains("boolean");
      case STRING -> types.contains("string");
      case ARRAY -> types.contains("array");
      default -> types.contains("object");
    };
  }

  private Syntax ofType(String type, JsonNode schema) {
    return switch (type) {
      case "null" -> text("null");
      case "boolean" -> choice(text("true"), text("false"));
      case "integer", "number" -> new Rule(type);
      case "string" -> string(schema);
      case "array" -> array(schema);
      default -> object(schema);
    };
  }

  private Syntax string(JsonNode schema) {
    JsonNode pattern = schema.get("pattern");
    int least = count(schema, "minLength", 0);
    int most = count(schema, "maxLength", Syntax.ANY_NUMBER);
    Syntax content = new Syntax.Repeat(JsonSpelling.CHARACTER, least, most);
    if (pattern != null) {
      require(
          !schema.has("minLength") && !schema.has("maxLength") && pattern.isTextual(),
          "has a pattern that is no text or stands beside a length: not supported");
      content = pattern(pattern.textValue());
    } else {
      requireOrder("minLength", least, "maxLength", most);
    }
    return sequence(text("\""), content, text("\""));
  }

  /** What a pattern is found in: anywhere, unless it is anchored. */
  private Syntax pattern(String regex) {
    Syntax anything = many(JsonSpelling.CHARACTER);
    return new Syntax.Choice(
        new ExpressionReader(kind() + ".pattern", regex)
            .alternatives().stream()
                .map(
                    one ->
                        sequence(
                            one.fromStart() ? Syntax.NOTHING : anything,
                            JsonSpelling.inString(one.syntax()),
                            one.toEnd() ? Syntax.NOTHING : anything))
                .toList());
  }

  private int count(JsonNode schema, String keyword, int usual) {
    JsonNode count = schema.get(keyword);
    if (count == null) {
      return usual;
    }
    require(
        count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 0,
        "has a " + keyword + " that is no whole number from 0");
    return count.intValue();
  }

  private void requireOrder(String lower, int least, String upper, int most) {
    require(most == Syntax.ANY_NUMBER || most >= least, "has a " + lower + " above its " + upper);
  }

  private Syntax array(JsonNode schema) {
    int least = count(schema, "minItems", 0);
    int most = count(schema, "maxItems", Syntax.ANY_NUMBER);
    requireOrder("minItems", least, "maxItems", most);
    JsonNode items = schema.get("items");
    Syntax item = items == null ? new Rule("value") : rule(syntax("items", items));
    Syntax more = sequence(text(","), item);
    List<Syntax> lengths = new ArrayList<>();
    if (least == 0) {
      lengths.add(Syntax.NOTHING);
    }
    if (most != 0) {
      int others = most == Syntax.ANY_NUMBER ? most : most - 1;
      lengths.add(sequence(item, new Syntax.Repeat(more, Math.max(least - 1, 0), others)));
    }
    return sequence(text("["), new Syntax.Choice(lengths), text("]"));
  }

  private Syntax object(JsonNode schema) {
    JsonNode properties = schema.path("properties");
    JsonNode additional = schema.path("additionalProperties");
    boolean closed = additional.isBoolean() && !additional.booleanValue();
    require(
        properties.isMissingNode() || properties.isObject(), "has properties that are no object");
    require(
        additional.isMissingNode() || closed || !properties.isObject() && additional.isBoolean(),
        "has additionalProperties other than false, which is not supported");
    Set<String> required = required(schema.path("required"), properties);
    if (properties.isMissingNode() && !closed) {
      return new Rule("object");
    }
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    Syntax asFirst = Syntax.NOTHING;
    Syntax asNext = Syntax.NOTHING;
    for (String name : names.reversed()) {
      Syntax value = rule(syntax("properties." + name, properties.get(name)));
      Syntax member = sequence(text(JsonText.quoted(name) + ":"), value, asNext);
      Syntax next = sequence(text(","), member);
      boolean isRequired = required.contains(name);
      asFirst = rule(isRequired ? member : choice(member, asFirst));
      asNext = rule(isRequired ? next : choice(next, asNext));
    }
    return sequence(text("{"), asFirst, text("}"));
  }

  private Set<String> required(JsonNode listed, JsonNode properties) {
    Set<String> required = new LinkedHashSet<>();
    for (JsonNode name : listed) {
      require(
          name.isTextual() && properties.has(name.textValue()),
          "requires " + shown(name) + ", which is no property");
      required.add(name.textValue());
    }
    return required;
  }
}
