package dev.deed.processing.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.deed.decode.logits.AnswerState;
import dev.deed.processing.tokenizer.TokenBytes;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a language may take of stack, memory and time, whoever wrote it. */
final class LanguageBoundsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Bytes that compiling one may allocate, most of which are garbage at once. */
  private static final long MOST_ALLOCATED = 150L << 20;

  /** Some of ASCII, and 4,000 ideographs, none of which is next to another. */
  private static final List<byte[]> IDEOGRAPHS =
      IntStream.concat(IntStream.range(10, 123), IntStream.range(0, 4000).map(i -> 0x4e00 + 3 * i))
          .mapToObj(c -> Character.toString(c).getBytes(StandardCharsets.UTF_8))
          .toList();

  /** Each costs as much as its 131,072 characters can. */
  static final List<Hostile> HOSTILE =
      List.of(
          regex("branches of nothing, repeated", "(" + "|".repeat(120_000) + "){1000}"),
          regex("branches, repeated", "a{60}((" + "a|".repeat(5000) + "a|b)?){1500}"),
          regex("branches that nobody can write", "(" + "é|".repeat(20_000) + "a){190000}"),
          regex("a class of many characters", "[" + far(60_000) + "]"),
          regex("a negated class, repeated", "[^" + far(20_000) + "]{90000}"),
          regex("one long text", far(120_000)),
          regex("counts of a thousand million", "(a{0,999999999}){0,999999999}"),
          regex("groups in groups", "(".repeat(190) + "a" + "){0,9}".repeat(190)),
          regex("words that begin one another", union(450, i -> "a".repeat(1 + i))),
          regex("many optional letters", "a?".repeat(4000) + "a".repeat(4000)),
          regex("a letter far back", "(.|\\n)*a.{500}"),
          regex("many stars", ".*".repeat(3000) + "x"),
          regex(
              "a union of classes",
              "(" + union(12_000, i -> "[a-" + (char) ('b' + i % 20) + "]") + ")*x"),
          regex("optional groups in each other", "((((a?)?)?)?){40000}b"),
          schema("a pattern of escapes", "{\"pattern\":\"" + "\\\\n".repeat(40_000) + "\"}"),
          schema("a long pattern", "{\"pattern\":\"" + "a".repeat(120_000) + "\"}"),
          schema("a long string", "{\"type\":\"string\",\"minLength\":199999}"),
          schema("an array of a thousand million", "{\"minItems\":1000000000}"),
          schema("many properties", properties(9000)),
          schema("many values", "{\"enum\":" + numbers(20_000) + "}"),
          schema("many schemas", "{\"anyOf\":[" + "{},".repeat(40_000) + "{}]}"),
          new Hostile(
              "many choices",
              "{\"choice\":" + numbers(12_000).replaceAll("(\\d+)", "\"$1\"") + "}"),
          grammar(
              "many rules",
              "root ::= r0\n" + rules(4500, i -> "r" + (i + 1) + " | \"x\"", "\"y\"")),
          grammar("an ambiguous rule", "root ::= \"a\" root root | \"a\" | \"\""),
          grammar(
              "optional calls in each other",
              "root ::= r0\nr1501 ::= \"z\"?\n"
                  + rules(1500, i -> "r" + (i + 1) + " r" + (i + 2) + "?", "\"y\"?")),
          grammar(
              "one rule that is called often",
              "root ::= " + union(9000, i -> "r \"" + i + "\"") + "\nr ::= \"a\" r | \"b\""),
          grammar(
              "rules that call all",
              "root ::= " + calls(2000) + "\n" + rules(2000, i -> "\"a\" r" + (i + 1), "\"y\"")));

  private record Hostile(String name, String constraint) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Hostile regex(String name, String pattern) {
    return new Hostile(name, MAPPER.createObjectNode().put("regex", pattern).toString());
  }

  private static Hostile grammar(String name, String grammar) {
    return new Hostile(name, MAPPER.createObjectNode().put("grammar", grammar).toString());
  }

  private static Hostile schema(String name, String schema) {
    return new Hostile(name, "{\"json\":" + schema + "}");
  }

  /** This number of characters, none of which is next to another. */
  private static String far(int count) {
    return IntStream.range(0, count)
        .map(i -> 0x100 + 2 * i % 0xd000)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static String numbers(int count) {
    return IntStream.range(0, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String properties(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"p" + i + "\":{}")
        .collect(Collectors.joining(",", "{\"properties\":{", "}}"));
  }

  private static String union(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining("|"));
  }

  private static String calls(int count) {
    return IntStream.range(0, count).mapToObj(i -> "r" + i).collect(Collectors.joining(" | "));
  }

  private static String rules(int count, IntFunction<String> body, String last) {
    String all =
        IntStream.range(0, count)
            .mapToObj(i -> "r" + i + " ::= " + body.apply(i) + "\n")
            .collect(Collectors.joining());
    return all + "r" + count + " ::= " + last + "\n";
  }

  /** Refused in one line, or read and followed for some steps. */
  @ParameterizedTest
  @FieldSource("HOSTILE")
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void compilingTakesFewBytesAndLittleTime(Hostile hostile) {
    for (List<byte[]> tokens : List.of(Vocabularies.BYTES, IDEOGRAPHS)) {
      JsonNode constraint = Vocabularies.json(hostile.constraint);
      assertThat(constraint.toString().length()).isBetween(20, 131_072);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long cpu = THREADS.getCurrentThreadCpuTime();
      try {
        AnswerState state = Vocabularies.start(constraint, tokens);
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
          state = state.after(allowed(state, random.nextInt(256), tokens.size()));
        }
      } catch (InputException e) {
        assertThat(e).hasMessageNotContaining("\n").hasMessageStartingWith("structured_outputs.");
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
      assertThat(THREADS.getCurrentThreadCpuTime() - cpu).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
  }

  private static int allowed(AnswerState state, int from, int end) {
    return IntStream.rangeClosed(0, end)
        .map(i -> (from + i) % (end + 1))
        .filter(state::allows)
        .findFirst()
        .orElse(end);
  }

  /** Each rule begins with the next, so that one byte opens a call of each. */
  @ParameterizedTest
  @ValueSource(ints = {2000, 5000})
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void callsNestWithoutTheStack(int depth) {
    StringBuilder grammar = new StringBuilder("root ::= \"ab\" r0\n");
    for (int i = 0; i < depth; i++) {
      grammar.append("r%d ::= r%d \"x\"\n".formatted(i, i + 1));
    }
    grammar.append("r%d ::= \"y\"".formatted(depth));
    JsonNode constraint = Vocabularies.constraint("grammar", grammar.toString());
    AnswerState start = onASmallStack(constraint);
    assertThat(Vocabularies.holds(start, "aby" + "x".repeat(depth))).isTrue();
    assertThat(Vocabularies.holds(start, "aby" + "x".repeat(depth - 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\":\"#/$defs/%s\"}",
        "{\"items\":{\"$ref\":\"#/$defs/%s\"}}",
        "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/%s\"}}}",
        "{\"anyOf\":[{\"const\":1},{\"$ref\":\"#/$defs/%s\"}]}"
      })
  void chainsOfReferencesAreReadWithoutTheStack(String link) {
    ObjectNode root = (ObjectNode) Vocabularies.json(link.formatted("d0"));
    ObjectNode definitions = root.putObject("$defs");
    for (int i = 0; i < 1500; i++) {
      definitions.set("d" + i, Vocabularies.json(link.formatted("d" + (i + 1))));
    }
    definitions.putObject("d1500").put("const", true);
    onASmallStack(MAPPER.createObjectNode().set("json", root));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"items\":", "{\"properties\":{\"a\":", "{\"anyOf\":[", "{\"enum\":[["})
  void schemasNestToABound(String level) {
    String closing = new StringBuilder(level.replaceAll("[^\\[{]", "")).reverse().toString();
    closing = closing.replace('[', ']').replace('{', '}');
    int levels = level.contains("enum") ? 1 : 900 / closing.length();
    String inner = level.contains("enum") ? "[".repeat(900) + "]".repeat(900) : "{}";
    JsonNode deep =
        Vocabularies.json(
            "{\"json\":" + level.repeat(levels) + inner + closing.repeat(levels) + "}");
    assertThatThrownBy(() -> onASmallStack(deep))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nested deeper than 200");
  }

  /** As small as threads of servers have it, and smaller. */
  private static AnswerState onASmallStack(JsonNode constraint) {
    List<AnswerState> made = new ArrayList<>();
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                made.add(Vocabularies.start(constraint, Vocabularies.BYTES));
              } catch (RuntimeException | Error e) {
                thrown.add(e);
              }
            },
            "small",
            256 << 10);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!thrown.isEmpty() && thrown.getFirst() instanceof RuntimeException refused) {
      throw refused;
    }
    assertThat(thrown).isEmpty();
    return made.getFirst();
  }

  @Test
  void compilingEndsWhenItsThreadIsInterrupted() {
    JsonNode constraint = Vocabularies.constraint("regex", "a{100000}");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> Vocabularies.start(constraint, Vocabularies.BYTES))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** What stays of a language, whatever it was asked: its graph and what is known of states. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a|b|c|d|e)(a|b|c)?){20000}x",
        "[abcde]*a[abcde]{300}",
        "(ab|(a|b)(c|d|e)?){30000}",
        "..{20}"
      })
  void aLanguageKeepsAtMost20Megabytes(String pattern) throws Exception {
    Random random = new Random(9);
    List<byte[]> tokens = new ArrayList<>(IDEOGRAPHS);
    for (int i = 0; i < 20_000; i++) {
      tokens.add(
          random
              .ints(8, 'a', 'f')
              .mapToObj(Character::toString)
              .collect(Collectors.joining())
              .getBytes(StandardCharsets.UTF_8));
    }
    byte[][] table = tokens.toArray(new byte[tokens.size() + 1][]);
    TextVocabulary texts = new TextVocabulary(new TokenBytes(table, table, true));
    JsonNode constraint = Vocabularies.constraint("regex", pattern);
    long before = used();
    AnswerState start = TokenLanguage.of(constraint, texts, new int[] {tokens.size()});
    AnswerState state = start;
    int steps = 0;
    try {
      for (; steps < 90; steps++) {
        state = state.after(allowed(state, 'a' - 10 + random.nextInt(5), tokens.size()));
      }
    } catch (InputException e) {
      assertThat(e).hasMessageContaining("too many ways");
    }
    state = start;
    assertThat(used() - before).isLessThan(20L << 20);
    assertThat(state.allows(tokens.size())).isFalse();
    assertThat(steps).isPositive();
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'properties': {'x': {'pattern': '(a'}}} | json.properties.x.pattern: lacks ) at",
        "{'items': {'anyOf': [{}, {'minimum': 1}]}} | json.items.anyOf.1: has the keyword minimum",
        "{'$ref': '#/$defs/n', '$defs': {'n': {'type': 'date'}}} | json.$defs.n: has the type date",
        "{'properties': {'x': {'pattern': 3}}} | json.properties.x: has a pattern that is no text",
        "{'pattern': '['} | json.pattern: lacks ]"
      })
  void errorsNameTheirPlaceInTheSchema(String schema, String message) {
    assertThatThrownBy(
            () ->
                Vocabularies.start(
                    "{\"json\":" + schema.replace('\'', '"') + "}", Vocabularies.BYTES))
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.field()).isEqualTo("structured_outputs"))
        .hasMessageStartingWith("structured_outputs." + message);
  }

  /** Spelled in UTF-8, so that no test depends on the platform's encoding. */
  @Test
  void aClassOfManyCharactersHoldsThemAlone() {
    AnswerState start =
        Vocabularies.start(
            Vocabularies.constraint("regex", "[" + far(20_000) + "]"), Vocabularies.BYTES);
    assertThat(Vocabularies.holds(start, Character.toString(0x100 + 2 * 777))).isTrue();
    assertThat(Vocabularies.holds(start, Character.toString(0x101 + 2 * 777))).isFalse();
    assertThat(far(3).getBytes(StandardCharsets.UTF_8)).hasSize(6);
  }
}
