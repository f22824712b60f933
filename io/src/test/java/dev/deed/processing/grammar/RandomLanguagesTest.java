package dev.deed.processing.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.logits.AnswerState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens of random languages of few texts: those after which one of the texts remains. */
final class RandomLanguagesTest {
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
}
