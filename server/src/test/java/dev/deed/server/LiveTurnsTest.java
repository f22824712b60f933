package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LiveTurnsTest {
  @ParameterizedTest
  @CsvSource({
    "'', the word, ''",
    "the word, the word is, the word",
    "the words, the word is, the",
    "the word is, the word, the word",
    "the same, the same, the same",
    "a, b, ''",
  })
  void wordsOnWhichBothTextsAgreeAreWhole(String one, String other, String agreed) {
    assertThat(LiveTurns.firstWords(one, other).strip()).isEqualTo(agreed);
  }
}
