package dev.deed.processing.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.decode.logits.AnswerState;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that may follow are those after which some text of the language remains. */
final class TokenLanguageTest {
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
