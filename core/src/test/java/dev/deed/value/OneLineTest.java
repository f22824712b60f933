package dev.deed.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text of others on one line of an error message. */
final class OneLineTest {
  @Test
  void whatBreaksALineIsSpelledOut() {
    assertThat(OneLine.of("a\nb\r\tc")).isEqualTo("a\\nb\\r\\tc");
    assertThat(OneLine.of("\u001b[31mred\u0007\u009b")).isEqualTo("\\u001b[31mred\\u0007\\u009b");
    assertThat(OneLine.of("a\u2028b\u202egnp.exe\u2066"))
        .isEqualTo("a\\u2028b\\u202egnp.exe\\u2066");
    assertThat(OneLine.of("half \ud83d")).isEqualTo("half \\ud83d");
    assertThat(OneLine.of("größe 猫 😀 C:\\new")).isEqualTo("größe 猫 😀 C:\\new");
  }

  @Test
  void whatIsLongIsCutInTheMiddle() {
    String long1 = "begin" + "x".repeat(15_000_000) + "end";
    assertThat(OneLine.of(long1)).hasSize(OneLine.LONGEST).startsWith("beginx").endsWith("xend");
    assertThat(OneLine.of("\u0001".repeat(1000)).length()).isLessThanOrEqualTo(OneLine.LONGEST);
    for (String pad : new String[] {"", "a"}) {
      String cut = OneLine.of(pad + "😀".repeat(1000));
      assertThat(cut.length()).isLessThanOrEqualTo(OneLine.LONGEST);
      assertThat(cut.codePoints().toArray()).doesNotContain(0xd83d, 0xde00);
    }
    String fits = "y".repeat(OneLine.LONGEST);
    assertThat(OneLine.of(fits)).isEqualTo(fits);
  }

  @Test
  void allPartsOfAnErrorAreOnOneLine() {
    InputException error =
        new InputException("a\nb", "c\u001b[1m", "d".repeat(10_000)).in("in\n.jsonl, line 1");
    assertThat(error).hasMessageStartingWith("in\\n.jsonl, line 1: a\\nb: c\\u001b[1m; ddd");
    assertThat(error.toString().length()).isLessThan(700);
  }
}
