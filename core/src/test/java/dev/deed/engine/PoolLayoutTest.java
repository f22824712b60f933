package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PoolLayoutTest {
  @Test
  void fewThreadsAreOneTeam() {
    for (int threads = 1; threads < 8; threads++) {
      assertThat(PoolLayout.sizes(threads)).containsExactly(threads);
    }
  }

  @Test
  void everyThreadIsInATeam() {
    assertThat(PoolLayout.sizes(9)).containsExactly(4, 5);
    assertThat(PoolLayout.sizes(64)).containsExactly(16, 16, 16, 16);
    for (int threads = 8; threads <= 1024; threads++) {
      List<Integer> sizes = PoolLayout.sizes(threads);
      assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(threads);
      assertThat(sizes.getLast() - sizes.getFirst()).isBetween(0, 1);
    }
  }
}
