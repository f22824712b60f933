package dev.deed.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.field.FieldRules.Type;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates and amounts of pages as values. */
final class FieldValueTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "25/12/2018|2018-12-25",
        "12/25/2018|2018-12-25",
        "05-05-18|2018-05-05",
        "03.04.2018|2018-04-03",
        "2018-04-03|2018-04-03",
        "2018/4/3|2018-04-03",
        "20180428|2018-04-28",
        "10 APR 2018|2018-04-10",
        "25/FEB/2017|2017-02-25",
        "Mar 3, 2019|2019-03-03",
        "3. März 2019|2019-03-03",
        "14 août 2021|2021-08-14",
        "1 dic 99|1999-12-01",
        "31/02/2018|",
        "03/04/2018|",
        "99/99/2018|",
        "12:30|",
        "JALAN 7/4|",
      })
  void dates(String text, String value) {
    assertThat(FieldValue.of(Type.DATE, text, List.of())).isEqualTo(value);
  }

  @Test
  void anotherDateOfThePageTellsTheOrder() {
    assertThat(FieldValue.of(Type.DATE, "03/04/2018", List.of("due", "25/04/2018")))
        .isEqualTo("2018-04-03");
    assertThat(FieldValue.of(Type.DATE, "03/04/2018", List.of("04/25/2018")))
        .isEqualTo("2018-03-04");
    assertThat(FieldValue.of(Type.DATE, "03/04/2018", List.of("04/25/2018", "25/04/2018")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9.00|9.00",
        "RM22.65|22.65",
        "$7.60|7.60",
        "RM 1,234.50|1234.50",
        "1.234,50 €|1234.50",
        "1'234.50|1234.50",
        "1 234,50|1234.50",
        "1,234,567|1234567",
        "-5,95 €|-5.95",
        "(12.00)|-12.00",
        "12.00-|-12.00",
        ".50|0.50",
        "42|42",
        "20.|20",
        "1,234|",
        "1.234|",
        "free|",
        "2 x 3.00|",
        "-|",
      })
  void amounts(String text, String value) {
    assertThat(FieldValue.of(Type.AMOUNT, text, List.of())).isEqualTo(value);
  }

  @Test
  void textsHaveNone() {
    assertThat(FieldValue.of(Type.TEXT, "9.00", List.of())).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "date|25/12/2018|true",
        "date|DATE:25/12/2018|true",
        "date|(06/12/2016)|true",
        "date|15/O3/2018|true",
        "date|10 APR 2018|true",
        "date|25/FEU/2017|true",
        "date|OCT 3, 2016|true",
        "date|25032018|true",
        "date|20180428/191204|true",
        "date|25/12/2018 10:42|false",
        "date|DATE 25/12/2018|false",
        "date|17:34:00|false",
        "date|03-6258 4471|false",
        "date|1300-13-1300|false",
        "date|12 TOTAL 42.47|false",
        "date|APR 2018|false",
        "amount|12.00|true",
        "amount|RM12.00|true",
        "amount|1,007.50|true",
        "amount|1 234,50|true",
        "amount|-1.73|true",
        "amount|12.00 SR|false",
        "amount|RM 12.00|false",
        "amount|17:34:00|false",
        "amount|6%|false",
        "amount|25/12/2018|false",
        "amount|12.03.2018|false",
        "amount|20123456|true",
        "number|42|true",
      })
  void runsThatMayBeOfAType(String type, String text, boolean may) {
    List<String> words = List.of(text.split(" "));
    assertThat(FieldValue.runs(Type.valueOf(type.toUpperCase(Locale.ROOT)), words))
        .satisfies(
            runs ->
                assertThat(runs.contains(new FieldValue.Run(0, words.size() - 1))).isEqualTo(may));
  }

  @Test
  void runsOfAPage() {
    List<String> page =
        List.of("mon", "10", "apr", "2018", "18:21", "no", "3", "12-04-18", "1", "250");

    assertThat(FieldValue.runs(Type.DATE, page))
        .containsExactly(new FieldValue.Run(1, 3), new FieldValue.Run(7, 7));
    assertThat(FieldValue.runs(Type.AMOUNT, page))
        .contains(new FieldValue.Run(6, 6), new FieldValue.Run(8, 9))
        .doesNotContain(new FieldValue.Run(4, 4), new FieldValue.Run(7, 7));
  }
}
