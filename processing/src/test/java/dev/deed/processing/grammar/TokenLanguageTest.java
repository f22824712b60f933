package dev.deed.processing.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.logits.AnswerState;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that may follow are those after which some text of the language remains. */
final class TokenLanguageTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_TEXTS = 150;
  private static final String[] LETTERS = {"a", "b", "ä", "日", "😀", "\"", "\\", "\n"};

  /** A constraint and all its texts, found without an automaton. */
  private record Finite(JsonNode constraint, Set<String> texts) {}

  @Test
  void randomExpressionsAllowWhatTheirListedTextsAllow() {
    Random random = new Random(7);
    for (int i = 0; i < 120; i++) {
      StringBuilder pattern = new StringBuilder();
      Set<String> texts = expression(random, 3, pattern);
      if (texts.size() <= MOST_TEXTS) {
        requireSame(
            new Finite(Vocabularies.constraint("regex", pattern.toString()), texts), random);
      }
    }
  }

  /** Writes a random expression and gives the texts that it matches. */
  private static Set<String> expression(Random random, int depth, StringBuilder pattern) {
    Set<String> texts = new HashSet<>(Set.of(""));
    int parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      Set<String> part = new HashSet<>();
      if (depth == 0 || random.nextInt(3) == 0) {
        String letter = LETTERS[random.nextInt(LETTERS.length)];
        String spelled = letter.equals("\\") ? "\\\\" : letter.equals("\n") ? "\\n" : letter;
        if (random.nextBoolean()) {
          pattern.append(spelled);
          part.add(letter);
        } else {
          pattern.append("[a-b").append(spelled).append("]");
          part.addAll(List.of("a", "b", letter));
        }
      } else {
        pattern.append(random.nextBoolean() ? "(" : "(?:");
        part.addAll(expression(random, depth - 1, pattern));
        for (int more = random.nextInt(3); more > 0; more--) {
          pattern.append("|");
          part.addAll(expression(random, depth - 1, pattern));
        }
        pattern.append(")");
      }
      texts = product(texts, repeated(random, part, pattern));
      if (texts.size() > MOST_TEXTS) {
        return texts;
      }
    }
    return texts;
  }

  private static Set<String> repeated(Random random, Set<String> part, StringBuilder pattern) {
    int least = random.nextInt(2);
    int most = least + random.nextInt(2);
    if (least == 1 && most == 1) {
      return part;
    }
    pattern.append(least == 0 && most == 1 ? "?" : "{" + least + "," + most + "}");
    Set<String> texts = new HashSet<>();
    Set<String> power = Set.of("");
    for (int n = 0; n <= most && power.size() <= MOST_TEXTS; n++) {
      if (n >= least) {
        texts.addAll(power);
      }
      power = product(power, part);
    }
    return power.size() > MOST_TEXTS ? power : texts;
  }

  private static Set<String> product(Set<String> first, Set<String> second) {
    Set<String> all = new HashSet<>();
    for (String a : first) {
      for (String b : second) {
        if (all.size() <= MOST_TEXTS) {
          all.add(a + b);
        }
      }
    }
    return all;
  }

  @Test
  void randomSchemasAllowTheSpellingsOfTheirValues() {
    Random random = new Random(11);
    for (int i = 0; i < 100; i++) {
      Finite schema = schema(random, 3);
      if (!schema.texts.isEmpty() && schema.texts.size() <= MOST_TEXTS) {
        ObjectNode constraint = MAPPER.createObjectNode();
        constraint.set("json", schema.constraint);
        requireSame(new Finite(constraint, schema.texts), random);
      }
    }
  }

  private static Finite schema(Random random, int depth) {
    ObjectNode json = MAPPER.createObjectNode().put("title", "any");
    Set<String> texts = new LinkedHashSet<>();
    switch (random.nextInt(depth == 0 ? 3 : 6)) {
      case 0 -> {
        json.put("type", "boolean");
        texts.addAll(List.of("true", "false"));
      }
      case 1 -> {
        json.putArray("type").add("null");
        texts.add("null");
      }
      case 2 -> {
        ArrayNode values = json.putArray("enum").add("x\n\"y\u0001").add(-7).add(1.5).add("ä😀");
        values.addObject().put("k", 1e21).putArray("l").addNull();
        texts.addAll(
            List.of("\"x\\n\\\"y\\u0001\"", "-7", "1.5", "\"ä😀\"", "{\"k\":1e+21,\"l\":[null]}"));
      }
      case 3 -> {
        Finite item = schema(random, depth - 1);
        int least = random.nextInt(2);
        int most = least + random.nextInt(2);
        json.put("type", "array").put("minItems", least).put("maxItems", most);
        json.set("items", item.constraint);
        Set<String> inner = Set.of("");
        for (int n = 0; n <= most && inner.size() <= MOST_TEXTS; n++) {
          if (n >= least) {
            inner.forEach(text -> texts.add("[" + text + "]"));
          }
          inner = product(n == 0 ? inner : product(inner, Set.of(",")), item.texts);
        }
        texts.addAll(inner.size() > MOST_TEXTS ? inner : Set.of());
      }
      case 4 -> {
        ArrayNode any = json.putArray("anyOf");
        json.remove("title");
        for (int n = 0; n < 2; n++) {
          Finite one = schema(random, depth - 1);
          any.add(one.constraint);
          texts.addAll(one.texts);
        }
      }
      default -> object(random, depth, json, texts);
    }
    return new Finite(json, texts);
  }

  private static void object(Random random, int depth, ObjectNode json, Set<String> texts) {
    ObjectNode properties = json.put("type", "object").putObject("properties");
    ArrayNode required = json.putArray("required");
    Set<String> members = Set.of("");
    for (int n = random.nextInt(4); n > 0; n--) {
      String name = "p" + n;
      Finite value = schema(random, depth - 1);
      properties.set(name, value.constraint);
      Set<String> with = new HashSet<>();
      for (String before : members) {
        for (String text : value.texts) {
          with.add(before + (before.isEmpty() ? "" : ",") + "\"" + name + "\":" + text);
        }
      }
      if (random.nextBoolean()) {
        required.add(name);
      } else {
        with.addAll(members);
      }
      members = with;
      if (members.size() > MOST_TEXTS) {
        break;
      }
    }
    if (members.size() <= MOST_TEXTS) {
      members.forEach(text -> texts.add("{" + text + "}"));
    }
  }

  /** Walks through the language at random and compares everything that may follow. */
  private static void requireSame(Finite language, Random random) {
    List<String> all = List.copyOf(language.texts);
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String text = all.get(random.nextInt(all.size()));
      if (!text.isEmpty()) {
        int[] points = text.codePoints().toArray();
        int from = random.nextInt(points.length);
        int length = 1 + random.nextInt(Math.min(4, points.length - from));
        pieces.add(new String(points, from, length));
      }
    }
    List<byte[]> tokens = Vocabularies.bytesAnd(pieces);
    List<byte[]> texts = all.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    AnswerState start = Vocabularies.start(language.constraint, tokens);
    for (int walk = 0; walk < 3; walk++) {
      AnswerState state = start;
      byte[] prefix = {};
      while (true) {
        List<Integer> allowed = new ArrayList<>();
        for (int token = 0; token <= tokens.size(); token++) {
          byte[] next = token == tokens.size() ? prefix : joined(prefix, tokens.get(token));
          boolean whole = token == tokens.size();
          boolean expected =
              texts.stream()
                  .anyMatch(t -> whole ? Arrays.equals(t, prefix(t, next)) : begins(t, next));
          expected &= !whole || texts.stream().anyMatch(t -> Arrays.equals(t, next));
          assertThat(state.allows(token))
              .as("%s after %s, token %d", language.constraint, new String(prefix), token)
              .isEqualTo(expected);
          if (expected) {
            allowed.add(token);
          }
        }
        assertThat(state.forced())
            .isEqualTo(allowed.size() == 1 ? allowed.getFirst() : AnswerState.NOT_FORCED);
        int chosen = allowed.get(random.nextInt(allowed.size()));
        if (chosen == tokens.size()) {
          break;
        }
        prefix = joined(prefix, tokens.get(chosen));
        state = state.after(chosen);
      }
    }
  }

  private static byte[] prefix(byte[] text, byte[] next) {
    return next.length == text.length ? next : new byte[] {0};
  }

  private static boolean begins(byte[] text, byte[] beginning) {
    return beginning.length <= text.length
        && Arrays.equals(text, 0, beginning.length, beginning, 0, beginning.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void grammarsRecurse() {
    AnswerState balanced =
        Vocabularies.start(
            Vocabularies.constraint("grammar", "root ::= (\"(\" root \")\" | \"[\" root \"]\")*"),
            Vocabularies.BYTES);
    assertThat(Vocabularies.holds(balanced, "")).isTrue();
    assertThat(Vocabularies.holds(balanced, "([()][])")).isTrue();
    assertThat(Vocabularies.holds(balanced, "([)]")).isFalse();
    assertThat(Vocabularies.holds(balanced, "(".repeat(3000) + ")".repeat(3000))).isTrue();
    assertThat(Vocabularies.holds(balanced, "(".repeat(3000) + ")".repeat(2999))).isFalse();
  }

  /** After n letters there are 2ⁿ ways in which the rule may have been called. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void ambiguousGrammarsStaySmall() {
    AnswerState state =
        Vocabularies.start(
            Vocabularies.constraint(
                "grammar", "root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"a\""),
            Vocabularies.BYTES);
    assertThat(Vocabularies.holds(state, "a".repeat(300) + "bc".repeat(149) + "b")).isTrue();
    assertThat(Vocabularies.holds(state, "a".repeat(300) + "bc".repeat(150))).isFalse();
    AnswerState sum =
        Vocabularies.start(
            Vocabularies.constraint(
                "grammar", "root ::= t (\"+\" t)*\nt ::= [0-9]+ | \"(\" root \")\" # comment\n"),
            Vocabularies.BYTES);
    assertThat(Vocabularies.holds(sum, "1+(22+(3))+4")).isTrue();
    assertThat(Vocabularies.holds(sum, "1+(22+(3)+4")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type': 'number'} | -0.5e+10 | 01",
        "{'type': 'integer'} | -12 | 1.0",
        "{'type': 'string', 'minLength': 2, 'maxLength': 3} | 'ä\\u0001😀' | 'ab\\/'",
        "{'type': 'string', 'pattern': 'b+'} | 'abbc' | 'ac'",
        "{'type': 'string', 'pattern': '^a\\u007cb$'} | 'xb' | 'xa'",
        "{} | {'a':[1,{}],'a':null} | {'a' :1}",
        "{'$ref': '#/$defs/n', '$defs': {'n': {'anyOf': [{'type': 'null'}, {'$ref': '#/$defs/n'}]}}}"
            + " | null | nul",
        "{'type': ['string', 'null'], 'maxLength': 0} | '' | 'a'"
      })
  void schemasHaveOneSpelling(String schema, String good, String bad) {
    AnswerState start =
        Vocabularies.start(
            Vocabularies.json("{\"json\":" + schema.replace('\'', '"') + "}"), Vocabularies.BYTES);
    assertThat(Vocabularies.holds(start, good.replace('\'', '"'))).isTrue();
    assertThat(Vocabularies.holds(start, bad.replace('\'', '"'))).isFalse();
  }

  /** Characters of the same length in UTF-8 whose first bytes differ. */
  @Test
  void classesHoldTheirCharactersAlone() {
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      int low = character(random);
      int high = Math.min(0x10FFFF, low + random.nextInt(3000));
      String set = "[\\U%08x-\\U%08x]".formatted(low, high);
      AnswerState start =
          Vocabularies.start(
              Vocabularies.constraint("grammar", "root ::= " + set), Vocabularies.BYTES);
      for (int c : new int[] {low, high, low - 1, high + 1, low / 2 + high / 2}) {
        boolean isCharacter = c >= 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        if (isCharacter) {
          assertThat(Vocabularies.holds(start, Character.toString(c)))
              .isEqualTo(low <= c && c <= high);
        }
      }
    }
  }

  private static int character(Random random) {
    int[] sizes = {0x80, 0x800, 0xD800, 0x110000};
    int c = random.nextInt(sizes[random.nextInt(sizes.length)]);
    return c >= 0xD800 && c <= 0xDFFF ? 0xE000 : c;
  }

  /** Words with spaces between them: most beginnings of a text lead nowhere. */
  @Test
  void tokensThatLeadNowhereAreNotAllowed() {
    List<byte[]> words =
        List.of("red", " dish", " car", "blue").stream()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
    AnswerState start =
        Vocabularies.start("{\"choice\": [\"red car\", \"blue sky\", \"blue\"]}", words);
    assertThat(IntStream.range(0, 5).filter(start::allows)).containsExactly(0, 3);
    assertThat(start.after(0).forced()).isEqualTo(2);
    assertThat(start.after(3).forced()).isEqualTo(4);
    assertThatThrownBy(() -> Vocabularies.start("{\"choice\": [\"green\"]}", words))
        .hasMessageContaining("vocabulary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"regex\": \"((((a{1000}){1000}){1000}){1000})\"}",
        "{\"regex\": \"(){0,999999999}\"}",
        "{\"regex\": \"a{99999999999}\"}",
        "{\"regex\": \"[a-\"}",
        "{\"grammar\": \"root ::= a\\na ::= b?  a \\\"x\\\"\\nb ::= \\\"y\\\"\"}",
        "{\"json\": {\"type\": \"string\", \"maxLength\": 2000000000}}",
        "{\"json\": {\"minimum\": 3}}",
        "{\"json\": {\"type\": \"object\", \"additionalProperties\": {}}}",
        "{\"json\": 3}",
        "[]"
      })
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void whatIsHostileOrNotSupportedIsRefused(String constraint) {
    assertThatThrownBy(() -> Vocabularies.start(constraint, Vocabularies.BYTES))
        .isInstanceOf(InputException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 5000})
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void deepNestingIsRefusedOrRead(int depth) {
    String pattern = "(".repeat(depth) + "a" + ")".repeat(depth);
    JsonNode constraint = Vocabularies.constraint("regex", pattern);
    if (depth < 200) {
      AnswerState start = Vocabularies.start(constraint, Vocabularies.BYTES);
      assertThat(start.forced()).isEqualTo('a');
    } else {
      assertThatThrownBy(() -> Vocabularies.start(constraint, Vocabularies.BYTES))
          .isInstanceOf(InputException.class);
    }
  }

  /** A state for each set of places at which the last a may have stood: too many to walk. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void aStepThatTakesTooLongIsRefused() {
    List<String> words = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 60_000; i++) {
      StringBuilder word = new StringBuilder();
      for (int n = 0; n < 12; n++) {
        word.append((char) ('a' + random.nextInt(3)));
      }
      words.add(word.toString());
    }
    List<byte[]> tokens = Vocabularies.bytesAnd(words);
    assertThatThrownBy(
            () -> {
              AnswerState state = Vocabularies.start("{\"regex\": \"[abc]*a[abc]{900}\"}", tokens);
              for (int i = 0; i < 200; i++) {
                state.forced();
                state = state.after(256 + i);
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessageContaining("regex");
  }
}
