package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns as fields of a line, as Spark gives them. */
class LineColumnsTest {
  private static final Map<String, String> NAMES =
      Map.of("ocr", "words", "width", "width", "height", "height");

  private static Row row(String words, String width) {
    return LocalSpark.session()
        .sql("select %s as words, %s as width, 60 as height".formatted(words, width))
        .head();
  }

  private static InputLine line(Row row) {
    return InputLine.of("row", LineColumns.of(row.schema(), NAMES).line(row));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          named_struct('text', 'Total', 'box', array(1, 2, 30, 40)), named_struct('text', '9.99', \
          'box', array(50, 2, 80, 40))
          named_struct('conf', 0.9, 'box', array(1.0d, 2d, 30d, 40d), 'text', 'Total'), \
          named_struct('conf', 0.8, 'box', array(50.0d, 2d, 80d, 40.0d), 'text', '9.99')
          """)
  void boxesAreArraysOfNumbers(String words) {
    assertThat(line(row("array(" + words + ")", "100")).ocr())
        .containsExactly(new OcrWord("Total", 1, 2, 30, 40), new OcrWord("9.99", 50, 2, 80, 40));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          named_struct('text', 'a', 'box', array(1, 2, 3)) | 100 | row, field ocr[0].box: is not [x0
          named_struct('text', 'a', 'box', array(1, 2, 3, null)) | 100 | row, field ocr[0].box: is not
          named_struct('text', 'a', 'box', array(1, 2, 3, double('NaN'))) | 100 | row, field ocr[0].box
          named_struct('text', cast(null as string), 'box', array(1, 2, 3, 4)) | 100 | row, field ocr
          named_struct('text', 'a', 'box', array(1, 2, 3, 4)) | cast(null as int) | ocr: stands without
          named_struct('text', 'a', 'box', array(1, 2, 3, 4)) | 0 | row, field width: is not a whole
          """)
  void whatIsNoPageIsAnInvalidRow(String word, String width, String message) {
    Row row = row("array(" + word + ")", width);

    assertThatThrownBy(() -> LineInputs.input(line(row)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aNullIsNoField() {
    Row row = row("cast(null as array<struct<text: string, box: array<double>>>)", "100");

    assertThat(line(row).ocr()).isEmpty();
    assertThat(line(row).width()).isEqualTo(100);
  }

  @Test
  void structsMapsAndArraysAreJson() {
    Row row =
        LocalSpark.session()
            .sql(
                """
                select named_struct('max_new_tokens', 3, 'temperature', 0.5BD, 'seed', 7L) as how,
                       map('policy', 'full') as exits, array(4, 5) as ids
                """)
            .head();
    LineColumns columns =
        LineColumns.of(
            row.schema(), Map.of("generation", "how", "exits", "exits", "input_ids", "ids"));

    InputLine line = InputLine.of("row", columns.line(row));

    assertThat(line.generation()).hasToString("{max_new_tokens=3, temperature=0.5, seed=7}");
    assertThat(line.exits()).hasToString("full");
    assertThat(line.inputIds()).containsExactly(4, 5);
  }

  @Test
  void aPageMayHaveNoWords() {
    Row row = row("cast(array() as array<struct<text: string, box: array<double>>>)", "100");

    assertThat(line(row).ocr()).isEmpty();
  }
}
