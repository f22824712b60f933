package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.deed.Token;
import dev.deed.speech.WindowSegments.Piece;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Timestamps are tokens from 100 on, two frames apart; the window has 60 frames. */
final class WindowSegmentsTest {
  private static List<Token> tokens(Integer... ids) {
    return Arrays.stream(ids).map(id -> new Token(0, id, 1, 1, 0, List.of(), List.of())).toList();
  }

  private static WindowSegments cut(Integer... ids) {
    return WindowSegments.of(tokens(ids), 100, 60, 2);
  }

  @Test
  void withoutAPairAllIsOnePiece() {
    assertThat(cut(101, 5, 6))
        .isEqualTo(new WindowSegments(List.of(new Piece(0, 1, tokens(101, 5, 6))), 60));
    assertThat(cut(100, 5).pieces()).containsExactly(new Piece(0, 30, tokens(100, 5)));
    assertThat(cut(101, 5, 109).pieces()).containsExactly(new Piece(0, 9, tokens(101, 5, 109)));
    assertThat(cut(5).pieces()).containsExactly(new Piece(0, 30, tokens(5)));
  }

  @Test
  void whatFollowsTheLastPairIsHeardAgain() {
    assertThat(cut(101, 5, 104, 105, 6))
        .isEqualTo(new WindowSegments(List.of(new Piece(1, 4, tokens(101, 5, 104, 105))), 8));
    assertThat(cut(101, 5, 104, 105, 6, 110, 111))
        .isEqualTo(
            new WindowSegments(
                List.of(
                    new Piece(1, 4, tokens(101, 5, 104)),
                    new Piece(5, 10, tokens(105, 6, 110, 111))),
                20));
  }

  @Test
  void aSingleTimestampAtTheEndEndsTheWindow() {
    assertThat(cut(101, 5, 104, 105, 6, 110))
        .isEqualTo(
            new WindowSegments(
                List.of(
                    new Piece(1, 4, tokens(101, 5, 104)), new Piece(5, 10, tokens(105, 6, 110))),
                60));
  }

  @Test
  void aSentenceForManySecondsOfSpeechLacksWords() {
    WindowSegments cut = cut(100, 5, 6, 7, 8, 109, 109, 5, 6, 7, 8, 111);
    assertThat(cut.pieces()).hasSize(2);
    assertThat(cut.lackWords(100, 1, piece -> piece.start() == 0 ? 5 : 1)).isTrue();
    assertThat(cut.lackWords(100, 1, piece -> piece.start() == 0 ? 4.9 : 1)).isFalse();
    assertThat(cut(100, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 111).lackWords(100, 1, _ -> 5)).isFalse();
  }

  @Test
  void voicesAreAskedForWhereWordsAreFewAlone() {
    assertThat(WindowSegments.wordless(6, 20, () -> 12)).isEqualTo(10);
    assertThat(WindowSegments.wordless(24, 20, () -> 12)).isZero();
    assertThat(WindowSegments.wordless(40, 20, () -> fail("asked"))).isZero();
    assertThat(WindowSegments.wordless(0, 4.9, () -> fail("asked"))).isZero();
  }

  @Test
  void everyWindowMovesOn() {
    assertThat(cut(100, 100, 5).advance()).isEqualTo(2);
    assertThat(WindowSegments.without(tokens(5, 6), 60, 2))
        .isEqualTo(new WindowSegments(List.of(new Piece(0, 30, tokens(5, 6))), 60));
  }
}
