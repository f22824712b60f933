package dev.deed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.model.spec.RotarySpec;
import org.junit.jupiter.api.Test;

/** Pairs of values turn by their position times their frequency. */
final class RotaryTest {
  @Test
  void halvesOfAHeadTurn() {
    Rotary rotary = new Rotary(new RotarySpec(4, false, 100, 1));
    float[] x = {9, 1, 2, 0, 0, 0, 0, 3, 1};
    rotary.apply(x, 1, 2, 4, 3);
    assertThat(x)
        .containsExactly(
            new float[] {
              9,
              (float) Math.cos(3),
              2 * (float) Math.cos(0.3),
              (float) Math.sin(3),
              2 * (float) Math.sin(0.3),
              -3 * (float) Math.sin(3),
              -(float) Math.sin(0.3),
              3 * (float) Math.cos(3),
              (float) Math.cos(0.3)
            },
            within(1e-6f));
  }

  @Test
  void neighboursOfTheFirstPartTurnAndTheRestStays() {
    Rotary rotary = new Rotary(new RotarySpec(2, true, 50, 2));
    float[] x = {1, 0, 7, 8, 0, 1, 5, 6};
    rotary.apply(x, 0, 2, 4, 6);
    assertThat(x)
        .containsExactly(
            new float[] {
              (float) Math.cos(3), (float) Math.sin(3), 7, 8,
              -(float) Math.sin(3), (float) Math.cos(3), 5, 6
            },
            within(1e-6f));
  }

  @Test
  void farPositionsHaveTheBitsThatTheyHaveAtOnce() {
    RotarySpec spec = new RotarySpec(6, false, 10_000, 1);
    Rotary grown = new Rotary(spec);
    float[] first = {1, 2, 3, 4, 5, 6};
    float[] second = first.clone();
    for (int position = 0; position < 300; position++) {
      grown.apply(new float[6], 0, 1, 6, position);
    }
    grown.apply(first, 0, 1, 6, 500);
    new Rotary(spec).apply(second, 0, 1, 6, 500);
    assertThat(first).isEqualTo(second);
  }
}
