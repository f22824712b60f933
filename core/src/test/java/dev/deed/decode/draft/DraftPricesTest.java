package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.Precision;
import org.junit.jupiter.api.Test;

final class DraftPricesTest {
  @Test
  void rowsAreCheapWhereAStepWaitsForMemory() {
    assertThat(DraftPrices.row(Precision.FP32, false, false))
        .isLessThan(DraftPrices.row(Precision.FP32, true, false));
  }

  @Test
  void narrowWeightsAreWidenedForEachRow() {
    for (Precision narrow : new Precision[] {Precision.BF16, Precision.INT8, Precision.W8A8}) {
      assertThat(DraftPrices.row(narrow, false, false)).isGreaterThan(0.5);
    }
  }

  @Test
  void cheapRowsAreCheapWhereverWeightsLie() {
    for (Precision precision : new Precision[] {Precision.FP32, Precision.W8A8}) {
      for (boolean cached : new boolean[] {true, false}) {
        assertThat(DraftPrices.row(precision, cached, true))
            .isLessThan(DraftPrices.row(precision, true, false) / 2);
      }
    }
  }
}
