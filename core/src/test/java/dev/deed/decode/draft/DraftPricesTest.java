package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.BlockKernel;
import dev.deed.value.WeightPrecision;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DraftPricesTest {
  /** Where a narrow layer costs what it does from memory, drafts of it pay with many kept. */
  @Test
  void narrowDraftsRunAllLayersAgain() {
    DraftPrices own = new DraftPrices(0.15, 0.4, 0.35);
    DraftPrices narrow = new DraftPrices(0.15, 0.4, 0.3, 0.33);
    assertThat(narrow.draft(1, 1)).isLessThan(own.draft(1, 1)).isGreaterThan(own.draft(0.1, 1));
    assertThat(DraftPrices.layer(WeightPrecision.FP32, false, BlockKernel.THIRTY_TWO_REGISTERS))
        .isLessThan(
            DraftPrices.layer(WeightPrecision.BF16, false, BlockKernel.THIRTY_TWO_REGISTERS))
        .isLessThan(
            DraftPrices.layer(WeightPrecision.FP32, true, BlockKernel.THIRTY_TWO_REGISTERS));
  }

  /** Full depth takes less time then, and drafts take as long as before. */
  @Test
  void draftsOfAScreenedHeadTakeMoreOfAStep() {
    DraftPrices narrow = new DraftPrices(0.15, 0.4, 0.1, 0.3);
    DraftPrices screened = narrow.withScreenedVerification();
    double step = 0.6 + 0.4 * 0.35;
    double rows = 0.15 * (0.6 + 0.4 * 0.35);
    assertThat(screened.draft(1, 1))
        .isCloseTo((0.6 * 0.3 + 0.4 * 0.1 + rows) / step, Offset.offset(1e-9))
        .isGreaterThan(narrow.draft(1, 1));
    DraftPrices noHead = new DraftPrices(0.15, 0, 1);
    assertThat(noHead.withScreenedVerification().draft(1, 1)).isEqualTo(noHead.draft(1, 1));
  }

  @Test
  void rowsAreCheaperWhereAStepWaitsForMemory() {
    assertThat(DraftPrices.row(WeightPrecision.FP32, false, BlockKernel.SIXTEEN_REGISTERS))
        .isLessThan(DraftPrices.row(WeightPrecision.FP32, true, BlockKernel.SIXTEEN_REGISTERS));
    assertThat(DraftPrices.row(WeightPrecision.FP32, false, BlockKernel.THIRTY_TWO_REGISTERS))
        .isLessThan(DraftPrices.row(WeightPrecision.FP32, true, BlockKernel.THIRTY_TWO_REGISTERS));
    assertThat(DraftPrices.row(WeightPrecision.BF16, false, BlockKernel.THIRTY_TWO_REGISTERS))
        .isLessThan(DraftPrices.row(WeightPrecision.BF16, true, BlockKernel.THIRTY_TWO_REGISTERS));
    assertThat(DraftPrices.row(WeightPrecision.W8A8, false, BlockKernel.BYTE_PRODUCTS))
        .isLessThan(DraftPrices.row(WeightPrecision.W8A8, true, BlockKernel.BYTE_PRODUCTS));
  }

  @ParameterizedTest
  @EnumSource(names = {"SIXTEEN_REGISTERS", "THIRTY_TWO_REGISTERS"})
  void narrowWeightsAreWidenedForEachRow(BlockKernel kernel) {
    for (WeightPrecision narrow :
        new WeightPrecision[] {WeightPrecision.BF16, WeightPrecision.INT8, WeightPrecision.W8A8}) {
      assertThat(DraftPrices.row(narrow, false, kernel))
          .isGreaterThan(DraftPrices.row(WeightPrecision.FP32, false, kernel));
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreRegistersMakeRowsCheaper(WeightPrecision precision) {
    for (boolean cached : new boolean[] {true, false}) {
      assertThat(DraftPrices.row(precision, cached, BlockKernel.THIRTY_TWO_REGISTERS))
          .isLessThan(DraftPrices.row(precision, cached, BlockKernel.SIXTEEN_REGISTERS));
    }
  }

  @Test
  void byteProductsMakeRowsCheapFromMemory() {
    assertThat(DraftPrices.row(WeightPrecision.W8A8, false, BlockKernel.BYTE_PRODUCTS))
        .isLessThan(DraftPrices.row(WeightPrecision.W8A8, false, BlockKernel.THIRTY_TWO_REGISTERS));
  }
}
