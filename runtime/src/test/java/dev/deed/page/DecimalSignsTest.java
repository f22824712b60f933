package dev.deed.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.page.DecimalSigns.Line;
import dev.deed.value.Alternative;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A character a token; each sign with the odds of a point against a comma. */
final class DecimalSignsTest {
  private final List<String> texts = new ArrayList<>();
  private final DecimalSigns signs = new DecimalSigns();

  private void line(String text, double odds) {
    double point = 1 / (1 + Math.exp(-odds));
    List<Alternative> both =
        List.of(
            new Alternative(1, ".", Math.log(point)), new Alternative(2, ",", Math.log(1 - point)));
    List<String> pieces = text.chars().mapToObj(Character::toString).toList();
    signs.add(texts.size(), text, pieces, pieces.stream().map(_ -> both).toList());
    texts.add(text);
  }

  private Line read(int line) {
    return signs.of(line, texts.get(line));
  }

  /** 79.90 was 79,90, and certain, beside numbers with points. */
  @Test
  void aSignOfWhichTheModelIsUnsureFollowsThePage() {
    line("79,90", -0.3);
    line("Total 216.80", 3);
    line("12.05", 1);
    assertThat(read(0)).isEqualTo(new Line("79.90", DecimalSign.BY_THE_PAGE));
    assertThat(read(1)).isEqualTo(new Line("Total 216.80", DecimalSign.AS_READ));
    assertThat(read(2)).isEqualTo(new Line("12.05", DecimalSign.AS_READ));
  }

  @Test
  void commasMustBeClearBeforeAPointBecomesOne() {
    line("79.90", 0.3);
    line("216,80", -3);
    line("3,80", -3);
    assertThat(read(0)).isEqualTo(new Line("79.90", DecimalSign.DOUBTFUL));
    line("4,80", -3);
    assertThat(read(0)).isEqualTo(new Line("79,90", DecimalSign.BY_THE_PAGE));
  }

  @Test
  void aClearSignStaysWhateverThePageHas() {
    line("1.248,50", -2.5);
    line("79,90", -1);
    line("6.80", 4);
    line("3.80", 4);
    assertThat(read(0)).isEqualTo(new Line("1.248,50", DecimalSign.AS_READ));
    assertThat(read(1)).isEqualTo(new Line("79.90", DecimalSign.BY_THE_PAGE));
  }

  @Test
  void whereThePageDoesNotTellTheSignIsDoubtful() {
    line("79,90", -0.3);
    line("Kaffee", 0);
    assertThat(read(0)).isEqualTo(new Line("79,90", DecimalSign.DOUBTFUL));
    assertThat(read(1)).isEqualTo(new Line("Kaffee", DecimalSign.AS_READ));
  }

  @Test
  void aNumberWithGroupsKeepsTheSignThatDiffersFromTheirs() {
    line("1.248,50", -0.3);
    line("6.80", 4);
    assertThat(read(0)).isEqualTo(new Line("1.248,50", DecimalSign.DOUBTFUL));
  }

  @Test
  void datesTimesAndSharesAreNoPrices() {
    line("6.80", 4);
    line("23.01.19", -0.1);
    line("8,25 %", -0.1);
    line("1,234", -0.1);
    assertThat(read(1).sign()).isEqualTo(DecimalSign.AS_READ);
    assertThat(read(2).text()).isEqualTo("8.25 %");
    assertThat(read(3).sign()).isEqualTo(DecimalSign.AS_READ);
  }
}
