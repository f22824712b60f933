package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SideWorkTest {
  @ParameterizedTest
  @ValueSource(ints = {8, 9, 16, 31, 64, 192})
  void allKindsTogetherHaveNoMoreThreadsThanThereAreProcessors(int processors) {
    assertThat(Arrays.stream(SideWork.values()).mapToInt(kind -> kind.threads(processors)).sum())
        .isLessThanOrEqualTo(processors);
  }

  @Test
  void everyKindHasAThread() {
    assertThat(SideWork.values()).allMatch(kind -> kind.threads(1) == 1);
  }
}
