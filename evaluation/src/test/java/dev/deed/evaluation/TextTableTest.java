package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.evaluation.TextTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private final TextTable table =
      new TextTable(List.of(Column.text("name"), Column.number("ms"), Column.text("equal")));

  @Test
  void plainColumnsAreAligned() {
    table.add(List.of("a longer name", "1.5", "yes"));
    table.add(List.of("é", "100.25", ""));
    assertThat(table.plain())
        .isEqualTo(
            """
            name               ms  equal
            -------------  ------  -----
            a longer name     1.5  yes
            é              100.25
            """);
  }

  @Test
  void markdownKeepsItsBars() {
    table.add(List.of("a|b", "1", "no"));
    assertThat(table.markdown())
        .isEqualTo(
            """
            | name | ms | equal |
            | --- | ---: | --- |
            | a\\|b | 1 | no |
            """);
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertThatThrownBy(() -> table.add(List.of("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells, 3 columns");
  }
}
