package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stop strings against a definition that looks at whole texts. */
final class StopStringsTest {
  private static final int CASES = 20_000;

  @ParameterizedTest
  @CsvSource({
    "one two three, two, 'one '",
    "one two three, ' ', one",
    "aaab, aab, a",
    "abcd, abcd|bc, a",
    "abcd, bcd|d|cd, a",
    "ababac, abac, ab",
    "abab, abac, ",
    "x, x, ''",
    "'', x, ",
  })
  void textEndsBeforeTheFirst(String text, String stops, String expected) {
    StopStrings.Watch watch = StopStrings.of(List.of(stops.split("\\|"))).watch();
    String whole = watch.append(text);
    assertThat(watch.stopped()).isEqualTo(expected != null);
    assertThat(whole + watch.finish()).isEqualTo(expected == null ? text : expected);
  }

  @Test
  void piecesGiveWhatWholeTextsGive() {
    Random random = new Random(1);
    for (int i = 0; i < CASES; i++) {
      String text = letters(random, random.nextInt(30));
      List<String> stops =
          Stream.generate(() -> letters(random, 1 + random.nextInt(5)))
              .limit(random.nextInt(5))
              .toList();
      check(text, stops, random);
    }
  }

  private static void check(String text, List<String> stops, Random random) {
    StopStrings.Watch watch = StopStrings.of(stops).watch();
    StringBuilder given = new StringBuilder();
    int at = 0;
    while (at < text.length() && !watch.stopped()) {
      int end = Math.min(text.length(), at + random.nextInt(5));
      given.append(watch.append(text.substring(at, end)));
      String seen = text.substring(0, end);
      int stop = firstEnd(seen, stops);
      assertThat(watch.stopped()).isEqualTo(stop >= 0);
      assertThat(given)
          .as("%s in %s", stops, seen)
          .hasToString(
              stop < 0
                  ? seen.substring(0, end - mayBegin(seen, stops))
                  : seen.substring(0, stop - longestAt(seen, stop, stops)));
      at = end;
    }
    String whole = given + watch.finish();
    assertThat(stops.stream().noneMatch(whole::contains)).isTrue();
    if (!watch.stopped()) {
      assertThat(whole).isEqualTo(text);
    }
  }

  /** Where the first stop string of a text ends; -1 for none. */
  private static int firstEnd(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      if (longestAt(text, end, stops) > 0) {
        return end;
      }
    }
    return -1;
  }

  private static int longestAt(String text, int end, List<String> stops) {
    return stops.stream()
        .filter(stop -> text.substring(0, end).endsWith(stop))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /** Length of the longest end of a text with which a stop string begins. */
  private static int mayBegin(String text, List<String> stops) {
    for (int length = text.length(); length > 0; length--) {
      String end = text.substring(text.length() - length);
      if (stops.stream().anyMatch(stop -> stop.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
