package dev.deed.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PositionSpecTest {
  /** Values of the formula in double precision, written out. */
  @Test
  void sinesStandBeforeCosines() {
    float[] table = PositionSpec.Sinusoidal.fairseq(3, 4, 1).table(4);
    assertThat(table).hasSize(12);
    for (int position = 0; position < 3; position++) {
      double angle = position + 2;
      assertThat(table[position * 4]).isEqualTo((float) Math.sin(angle));
      assertThat(table[position * 4 + 1]).isEqualTo((float) Math.sin(angle / 10_000));
      assertThat(table[position * 4 + 2]).isEqualTo((float) Math.cos(angle));
      assertThat(table[position * 4 + 3]).isEqualTo((float) Math.cos(angle / 10_000));
    }
  }

  @Test
  void anOddWidthHasOneMoreSine() {
    float[] table = PositionSpec.Sinusoidal.marian(2, 5).table(5);
    double angle = Math.pow(10_000, -4 / 5.0);
    assertThat(table[5 + 2]).isEqualTo((float) Math.sin(angle));
    assertThat(table[5 + 3]).isEqualTo((float) Math.cos(1));
    assertThat(PositionSpec.Sinusoidal.fairseq(2, 5, 0).table(5)[5 + 4]).isZero();
  }

  @Test
  void onlyTablesEnd() {
    assertThat(new PositionSpec.Learned(7, 2).most()).isEqualTo(7);
    assertThat(PositionSpec.Sinusoidal.marian(5, 4).most()).isEqualTo(5);
    assertThat(new PositionSpec.RelativeBias(32, 128).most()).isEqualTo(Integer.MAX_VALUE);
  }
}
