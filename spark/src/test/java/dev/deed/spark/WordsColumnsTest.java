package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.Input;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OCR words in a column, as Spark gives them. */
class WordsColumnsTest {
  private static final Map<String, String> NAMES =
      Map.of("wordsCol", "words", "widthCol", "width", "heightCol", "height");

  private static Row row(String words, String width) {
    return LocalSpark.session()
        .sql("select %s as words, %s as width, 60 as height".formatted(words, width))
        .head();
  }

  private static WordsColumns columns(Row row) {
    return Objects.requireNonNull(InputColumns.of(row.schema(), NAMES).words());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          named_struct('text', 'Total', 'box', array(1, 2, 30, 40)), named_struct('text', '9.99', \
          'box', array(50, 2, 80, 40))
          named_struct('conf', 0.9, 'x1', 30, 'x0', 1.0, 'text', 'Total', 'y0', 2L, 'y1', 40.0d), \
          named_struct('conf', 0.8, 'x1', 80, 'x0', 50.0, 'text', '9.99', 'y0', 2L, 'y1', 40.0d)
          """)
  void boxesAreArraysOrFourNumbers(String words) {
    Row row = row("array(" + words + ")", "100");

    assertThat(columns(row).words(row))
        .containsExactly(new OcrWord("Total", 1, 2, 30, 40), new OcrWord("9.99", 50, 2, 80, 40));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          named_struct('text', 'a', 'box', array(1, 2, 3)) | 100 | word 0: lacks its text or its box
          named_struct('text', 'a', 'box', array(1, 2, 3, null)) | 100 | word 0: lacks its text
          named_struct('text', cast(null as string), 'box', array(1, 2, 3, 4)) | 100 | word 0: lacks
          named_struct('text', 'a', 'box', array(1, 2, 3, 4)) | cast(null as int) | width of the page: is
          named_struct('text', 'a', 'box', array(1, 2, 3, 4)) | 0 | page of 0×60 pixels: has no room
          """)
  void whatIsNoPageIsAnInvalidRow(String word, String width, String message) {
    Row row = row("array(" + word + ")", width);

    assertThatThrownBy(() -> columns(row).addTo(Input.empty(), row))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void nullWordsAreAnInvalidRow() {
    Row row = row("cast(null as array<struct<text: string, box: array<double>>>)", "100");

    assertThatThrownBy(() -> columns(row).addTo(Input.empty(), row))
        .hasMessageStartingWith("words: is null");
  }

  @Test
  void aPageMayHaveNoWords() {
    Row row = row("cast(array() as array<struct<text: string, box: array<double>>>)", "100");

    assertThat(columns(row).words(row)).isEmpty();
  }
}
