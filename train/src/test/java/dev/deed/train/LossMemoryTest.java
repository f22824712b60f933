package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;

final class LossMemoryTest {
  private static final long GIGABYTE = 1_000_000_000;

  /** Whisper with four exits, and five answers of 446 tokens that loop. */
  private static final LossMemory LARGE = new LossMemory(8, 450, 51_864, 4, false, 40_000_000);

  @Test
  void logitsOfAllExitsCount() {
    double logits = 4.0 * 8 * 450 * 51_864;
    assertThat(LARGE.bytes()).isEqualTo(11 * logits + 16 * 40e6);
    assertThat(new LossMemory(8, 450, 51_864, 4, true, 0).bytes()).isEqualTo(15 * logits);
    assertThat(new LossMemory(1 << 20, 1 << 20, 1 << 20, 24, false, 0).bytes()).isGreaterThan(1e19);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    assertThatCode(() -> LARGE.requireRoom(24 * GIGABYTE)).doesNotThrowAnyException();
    assertThatThrownBy(() -> LARGE.requireRoom(8 * GIGABYTE))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--batch 8: the loss takes 8,8")
        .hasMessageContainingAll(
            "8 rows × 450 tokens × 51,864 words × 4 exits",
            "of 6,000",
            "--accumulate",
            "max_length");
  }
}
