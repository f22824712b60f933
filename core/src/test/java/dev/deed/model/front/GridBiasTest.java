package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.tensor.ThreadPool;
import org.junit.jupiter.api.Test;

/** Expanded biases against the index table of the reference implementation. */
final class GridBiasTest {
  @Test
  void everyPairReadsTheRowOfItsDistance() {
    try (ThreadPool pool = ThreadPool.of(2)) {
      for (int height = 1; height <= 5; height++) {
        for (int width = 1; width <= 5; width++) {
          for (int heads = 1; heads <= 3; heads++) {
            assertReadsTheRowOfItsDistance(height, width, heads, false, pool);
            assertReadsTheRowOfItsDistance(height, width, heads, true, pool);
          }
        }
      }
    }
  }

  private static void assertReadsTheRowOfItsDistance(
      int height, int width, int heads, boolean classToken, ThreadPool pool) {
    int rows = (2 * height - 1) * (2 * width - 1) + (classToken ? 3 : 0);
    float[] table = new float[rows * heads];
    for (int i = 0; i < table.length; i++) {
      table[i] = i;
    }
    GridBias bias = GridBias.of(height, width, classToken, heads, table);
    int positions = bias.positions();
    float[] values = new float[3 + bias.expandedLength()];
    bias.expand(values, 3, pool);
    for (int head = 0; head < heads; head++) {
      for (int query = 0; query < positions; query++) {
        for (int key = 0; key < positions; key++) {
          int row = row(query, key, height, width, classToken);
          assertThat(values[3 + (head * positions + query) * positions + key])
              .isEqualTo(table[row * heads + head]);
        }
      }
    }
  }

  private static int row(int query, int key, int height, int width, boolean classToken) {
    int distances = (2 * height - 1) * (2 * width - 1);
    if (classToken && query == 0) {
      return key == 0 ? distances + 2 : distances;
    }
    if (classToken && key == 0) {
      return distances + 1;
    }
    int from = classToken ? query - 1 : query;
    int to = classToken ? key - 1 : key;
    int down = from / width - to / width + height - 1;
    int across = from % width - to % width + width - 1;
    return down * (2 * width - 1) + across;
  }

  /** Halfway between neighbours where the sides differ; the last rows are left as they are. */
  @Test
  void tablesOfOblongGridsAreTurned() {
    // 1 by 2 cells: 3 rows by 1 column, as stored, become 1 row by 3 columns.
    float[] stored = {1, 2, 6, 7, 8, 9};
    assertThat(GridResampling.turned(stored, 1, 1, 2))
        .containsExactly(new float[] {2, 2, 2, 7, 8, 9}, within(1e-6f));
    assertThat(GridResampling.turned(new float[] {4, 1, 9, 0, 0, 0}, 1, 2, 1))
        .containsExactly(new float[] {1, 1, 1, 0, 0, 0}, within(1e-6f));
  }
}
