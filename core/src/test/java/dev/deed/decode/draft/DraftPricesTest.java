package dev.deed.decode.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.BlockKernel;
import dev.deed.value.WeightPrecision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DraftPricesTest {
  @Test
  void rowsAreCheaperWhereAStepWaitsForMemory() {
    assertThat(DraftPrices.row(WeightPrecision.FP32, false, BlockKernel.SIXTEEN_REGISTERS))
        .isLessThan(DraftPrices.row(WeightPrecision.FP32, true, BlockKernel.SIXTEEN_REGISTERS));
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
