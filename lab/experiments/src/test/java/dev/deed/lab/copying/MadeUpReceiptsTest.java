package dev.deed.lab.copying;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.lab.copying.MadeUpReceipt.Field;
import dev.deed.processing.page.ReadingOrder;
import dev.deed.value.OcrWord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MadeUpReceiptsTest {
  @Test
  void boxesLieOnThePageInReadingOrder() {
    for (int seed = 0; seed < 500; seed++) {
      MadeUpReceipt receipt = MadeUpReceipts.draw(new SplittableRandom(seed));
      List<OcrWord> entries = receipt.page().entries();
      assertThat(ReadingOrder.of(entries)).as("seed %d", seed).isEqualTo(entries);
      for (OcrWord entry : entries) {
        assertThat(entry.text()).matches("[ -~]+").isEqualTo(entry.text().strip());
        assertThat(entry.x0()).isGreaterThanOrEqualTo(0).isLessThan(entry.x1());
        assertThat(entry.y0()).isGreaterThanOrEqualTo(0).isLessThan(entry.y1());
        assertThat(entry.x1()).isLessThanOrEqualTo(receipt.page().width());
        assertThat(entry.y1()).isLessThanOrEqualTo(receipt.page().height());
      }
    }
  }

  @Test
  void answersStandWhereTheyAreSaidTo() {
    for (int seed = 0; seed < 500; seed++) {
      MadeUpReceipt receipt = MadeUpReceipts.draw(new SplittableRandom(seed));
      assertThat(receipt.fields().stream().map(Field::name))
          .containsExactlyInAnyOrder("company", "date", "address", "total");
      for (Field field : receipt.fields()) {
        String lines =
            receipt.page().entries().subList(field.first(), field.last() + 1).stream()
                .map(OcrWord::text)
                .collect(Collectors.joining(" "));
        assertThat(lines).contains(field.value());
      }
    }
  }

  @Test
  void noTwoAreTheSame() {
    Set<MadeUpReceipt> receipts = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      receipts.add(MadeUpReceipts.draw(new SplittableRandom(seed)));
    }
    assertThat(receipts).hasSize(500);
    assertThat(receipts).contains(MadeUpReceipts.draw(new SplittableRandom(7)));
  }
}
