package dev.deed.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers find the lines that they answer. */
final class EarlierAnswersTest {
  @TempDir Path folder = Path.of("");

  private Path input(String... lines) throws IOException {
    return Files.writeString(folder.resolve("in.jsonl"), String.join("\n", lines));
  }

  private Path answers(String... lines) throws IOException {
    return Files.writeString(folder.resolve("out.jsonl"), String.join("", lines));
  }

  private static EarlierAnswers match(Path answers, Path input) {
    try (InputReader lines = InputReader.open(input)) {
      return EarlierAnswers.match(answers, input.toString(), lines);
    }
  }

  private static String line(Object id) {
    return "{\"id\": %s, \"prompt\": \"p\"}".formatted(id);
  }

  private static String answer(Object id) {
    return "{\"id\":%s,\"text\":\"t\",\"token_ids\":[1],\"finish\":\"eos\"}\n".formatted(id);
  }

  private static List<Long> left(EarlierAnswers earlier, Path input) {
    List<Long> numbers = new ArrayList<>();
    try (InputReader reader = InputReader.open(input)) {
      Supplier<@Nullable ParsedLine> source = earlier.unanswered(reader::next);
      for (ParsedLine line = source.get(); line != null; line = source.get()) {
        numbers.add(line.number());
      }
    }
    return numbers;
  }

  @Test
  void whatFollowsIsLeft() throws IOException {
    Path input = input(line(1), "", line("\"b\""), "  ", line(3), line(4));
    String whole = answer(1) + answer("\"b\"");
    EarlierAnswers earlier = match(answers(whole, "{\"id\":3,\"te"), input);
    assertThat(earlier.count()).isEqualTo(2);
    assertThat(earlier.bytes()).isEqualTo(whole.length());
    assertThat(earlier.inOrder()).isTrue();
    assertThat(left(earlier, input)).containsExactly(5L, 6L);
    assertThat(left(EarlierAnswers.none(), input)).containsExactly(1L, 3L, 5L, 6L);
    assertThat(left(match(answers(), input), input)).hasSize(4);
    assertThat(left(match(answers("{\"id\":1"), input), input)).hasSize(4);
  }

  @Test
  void pagesThatWereReadAreAnswersToo() throws IOException {
    String page = "{\"id\":\"a\",\"width\":9,\"height\":9,\"text\":\"\",\"lines\":[]}\n";
    Path input = input(line("\"a\""), line("\"b\""));
    EarlierAnswers earlier = match(answers(page, "{\"id\":\"b\",\"wid"), input);
    assertThat(earlier.count()).isEqualTo(1);
    assertThat(earlier.failed()).isZero();
    assertThat(left(earlier, input)).containsExactly(2L);
  }

  @Test
  void linesWithoutIdsAreCountedAndBlankLinesAreNot() throws IOException {
    Path input =
        input("{\"prompt\": \"p\"}", "", "no JSON", "\t", line(7), "{\"prompt\": \"p\"}", "");
    String failed = "{\"id\":null,\"error\":\"is not JSON\"}\n";
    EarlierAnswers earlier = match(answers(answer("null"), failed), input);
    assertThat(earlier.failed()).isEqualTo(1);
    assertThat(left(earlier, input)).containsExactly(5L, 6L);
    earlier = match(answers(answer("null"), failed, answer(7)), input);
    assertThat(left(earlier, input)).containsExactly(6L);
  }

  @Test
  void equalIdsAreCountedToo() throws IOException {
    Path input = input(line(1), line(2), line(1), line(2), line(1));
    EarlierAnswers earlier = match(answers(answer(1), answer(2), answer(1)), input);
    assertThat(earlier.inOrder()).isTrue();
    assertThat(left(earlier, input)).containsExactly(4L, 5L);
  }

  @Test
  void gapsAreFilledAndTheOrderOfTheInputIsMade() throws IOException {
    Path input = input(line(1), line(2), line(3), line(4), line(5));
    Path answers = answers(answer(5), answer(2));
    EarlierAnswers earlier = match(answers, input);
    assertThat(earlier.inOrder()).isFalse();
    assertThat(left(earlier, input)).containsExactly(1L, 3L, 4L);
    answers(answer(5), answer(2), answer(1), answer(3));
    ByteArrayOutputStream sorted = new ByteArrayOutputStream();
    earlier.sort(answers, sorted);
    assertThat(sorted.toString(StandardCharsets.UTF_8))
        .isEqualTo(answer(1) + answer(2) + answer(3) + answer(5));
  }

  @Test
  void answersToAnotherInputAreRefused() throws IOException {
    Path input = input(line(1), line(2), "{\"prompt\": \"p\", \"target\": \"a\"}");
    refused(input, "line 2: answers no line of ", "(id 3)", answer(1), answer(3));
    refused(input, "line 2: answers no line of ", "(id \"2\")", answer(1), answer("\"2\""));
    refused(input, "line 2: answers no line of ", "(id 1)", answer(1), answer(1));
    String carried = answer("null").replace("}", ",\"target\":\"%s\"}");
    refused(input, "one line more without id", "", carried.formatted("a"), answer("null"));
    refused(input, "line 1: has another target than line 3", "", carried.formatted("b"));
    assertThat(left(match(answers(carried.formatted("a")), input), input)).containsExactly(1L, 2L);
    for (String other : new String[] {"text", "{\"id\": 1, \"target\": \"a\"}", "[]", "{}", "1"}) {
      refused(input, "line 2: is no answer of deed", "", answer(1), other + "\n");
    }
  }

  @Test
  void equalIdsOfAnotherInputAreToldByTheirTargets() throws IOException {
    Path input = input("{\"id\": 1, \"target\": \"a\\ud800\", \"token_ids\": [2]}");
    String carried = answer(1).replace("}", ",\"target\":\"%s\"}");
    refused(input, "line 1: has another target than line 1 of ", "", carried.formatted("b"));
    assertThat(left(match(answers(carried.formatted("a?")), input), input)).isEmpty();
    String failed = "{\"id\":1,\"error\":\"e\",\"target\":\"a?\",\"token_ids\":[2]}\n";
    assertThat(match(answers(failed), input).failed()).isEqualTo(1);
  }

  /** What is cut off, to be written anew, must be ours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mine",
        "{",
        "{\"id\": 2",
        "{\"id\":2,\"prompt\":\"p\"}",
        "{\"id\":1,\"text\"",
        " "
      })
  void aTornLineOfSomebodyElseIsRefused(String torn) throws IOException {
    Path input = input(line(1), line(2));
    if (torn.equals("{")) {
      refused(input, "line 3: is no answer of deed", "", answer(1), answer(2), torn);
      return;
    }
    refused(input, "line 2: is no answer of deed", "", answer(1), torn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"id\":2", "{\"id\":2,\"te", "{\"id\":3,\"error\":\"wh"})
  void aTornLineOfOursIsCutOff(String torn) throws IOException {
    Path input = input(line(1), line(2), line(3));
    EarlierAnswers earlier = match(answers(answer(1), torn), input);
    assertThat(earlier.bytes()).isEqualTo(answer(1).length());
    assertThat(left(earlier, input)).containsExactly(2L, 3L);
  }

  private void refused(Path input, String part, String other, String... answers)
      throws IOException {
    Path file = answers(answers);
    assertThatThrownBy(() -> match(file, input))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(part)
        .hasMessageContaining(other)
        .hasMessageEndingWith("; give that job's input, another output or --overwrite");
  }
}
