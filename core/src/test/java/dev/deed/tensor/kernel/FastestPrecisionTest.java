package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.WeightPacking;
import dev.deed.value.WeightPrecision;
import org.junit.jupiter.api.Test;

/** What is said to be fastest where there is no engine for byte products. */
class FastestPrecisionTest {
  private static final long SMALL = 8L << 20;
  private static final long LARGE = 1L << 30;

  @Test
  void narrowWeightsGainNothingWithoutVectorsThatWidenThem() {
    WeightPacking scalar = KernelChoice.scalar().packing();
    assertThat(scalar.fastest(SMALL)).isEqualTo(WeightPrecision.FP32);
    assertThat(scalar.fastest(LARGE)).isEqualTo(WeightPrecision.FP32);
  }

  @Test
  void narrowWeightsPayWhereTheyAreReadFromMemory() {
    WeightPacking packing = KernelChoice.packing();
    assertThat(packing.fastest(SMALL)).isEqualTo(WeightPrecision.FP32);
    assertThat(packing.fastest(LARGE))
        .isEqualTo(VectorLanes.usable() ? WeightPrecision.INT8 : WeightPrecision.FP32);
  }
}
