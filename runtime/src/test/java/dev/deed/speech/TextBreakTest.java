package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a text may be broken. */
final class TextBreakTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          said. | Then | SENTENCE
          said." | Then | SENTENCE
          what? | no | SENTENCE
          said, | then | CLAUSE
          one | two | WORD
          Dr. | Smith | NEVER
          Mr. | Smith | NEVER
          J. | Smith | NEVER
          10 | 000 | NEVER
          No. | 5 | NEVER
          No. | then | SENTENCE
          說。 | 然 | SENTENCE
          """)
  void isTheBestThatTheWordsAllow(String word, String next, TextBreak expected) {
    assertThat(TextBreak.between(word, next)).isEqualTo(expected);
  }
}
