package dev.deed.processing.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {
  private static List<String> texts(List<OcrWord> entries) {
    return entries.stream().map(OcrWord::text).toList();
  }

  @Test
  void rowsFromTheTopAndInsideFromTheLeft() {
    List<OcrWord> entries =
        List.of(
            new OcrWord("8.00", 80, 52, 99, 70),
            new OcrWord("TITLE", 20, 10, 70, 30),
            new OcrWord("TOTAL", 5, 50, 40, 72),
            new OcrWord("x", 50, 49, 55, 71));
    assertThat(ReadingOrder.rows(entries).stream().map(ReadingOrderTest::texts))
        .containsExactly(List.of("TITLE"), List.of("TOTAL", "x", "8.00"));
    assertThat(ReadingOrder.rows(List.of())).isEmpty();
  }

  @Test
  void whatLiesOverEachOtherIsNoRow() {
    List<OcrWord> entries =
        List.of(new OcrWord("below", 0, 14, 90, 34), new OcrWord("above", 10, 10, 80, 30));
    assertThat(ReadingOrder.rows(entries)).hasSize(2);
    assertThat(texts(ReadingOrder.of(entries))).containsExactly("above", "below");
  }

  /** Ten rows of six columns, tilted so that the ends of a row are two rows apart. */
  @Test
  void rowsOfATiltedPage() {
    List<OcrWord> entries = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int row = 0; row < 10; row++) {
      for (int column = 0; column < 6; column++) {
        double y = 100 + 25 * row + 8 * column;
        entries.add(new OcrWord(row + "," + column, 50 * column, y, 50 * column + 40, y + 20));
        expected.add(row + "," + column);
      }
    }
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(entries, new Random(seed));
      assertThat(texts(ReadingOrder.of(entries))).isEqualTo(expected);
    }
  }
}
