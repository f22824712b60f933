package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Windows against the plain steps: fill up, roll, cut, and number the regions. */
final class WindowPartitionTest {
  @Test
  void cellsAreThoseOfTheRolledGrid() {
    for (int height = 1; height <= 13; height++) {
      for (int width = 1; width <= 13; width++) {
        for (int window = 1; window <= 6; window++) {
          assertCellsAreThoseOfTheRolledGrid(height, width, window, 0);
          assertCellsAreThoseOfTheRolledGrid(height, width, window, window / 2);
        }
      }
    }
  }

  private static void assertCellsAreThoseOfTheRolledGrid(
      int height, int width, int window, int shift) {
    WindowPartition partition = new WindowPartition(height, width, window, shift);
    int rows = (height + window - 1) / window * window;
    int columns = (width + window - 1) / window * window;
    int[][] rolled = new int[rows][columns];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        rolled[Math.floorMod(y - shift, rows)][Math.floorMod(x - shift, columns)] =
            y < height && x < width ? y * width + x : WindowPartition.FILLING;
      }
    }
    assertThat(partition.count()).isEqualTo(rows / window * (columns / window));
    int[] cells = new int[window * window];
    int[] expected = new int[window * window];
    boolean[] met = new boolean[height * width];
    for (int number = 0; number < partition.count(); number++) {
      int top = number / (columns / window) * window;
      int left = number % (columns / window) * window;
      for (int slot = 0; slot < expected.length; slot++) {
        expected[slot] = rolled[top + slot / window][left + slot % window];
        if (expected[slot] != WindowPartition.FILLING) {
          met[expected[slot]] = true;
        }
      }
      partition.cells(number, cells);
      assertThat(cells).isEqualTo(expected);
    }
    assertThat(met).doesNotContain(false);
  }

  /** {@code get_attn_mask} of the reference implementation: three regions along each side. */
  @Test
  void cellsOfDifferentRegionsAreApart() {
    for (int window = 2; window <= 5; window++) {
      for (int down = 2; down <= 4; down++) {
        for (int across = 2; across <= 4; across++) {
          assertCellsOfDifferentRegionsAreApart(window, down, across);
        }
      }
    }
  }

  private static void assertCellsOfDifferentRegionsAreApart(int window, int down, int across) {
    int shift = window / 2;
    int height = down * window;
    int width = across * window;
    WindowPartition partition = new WindowPartition(height, width, window, shift);
    for (int number = 0; number < partition.count(); number++) {
      int top = number / across * window;
      int left = number % across * window;
      for (int slot = 0; slot < partition.slots(); slot++) {
        for (int other = 0; other < partition.slots(); other++) {
          boolean same =
              region(top + slot / window, height, window, shift)
                      == region(top + other / window, height, window, shift)
                  && region(left + slot % window, width, window, shift)
                      == region(left + other % window, width, window, shift);
          assertThat(partition.together(partition.kind(number), slot, other)).isEqualTo(same);
        }
      }
    }
  }

  private static int region(int at, int side, int window, int shift) {
    return (at >= side - window ? 1 : 0) + (at >= side - shift ? 1 : 0);
  }

  @Test
  void aGridOfOneWindowAcrossIsNotShifted() {
    FeatureMap narrow = new FeatureMap(new float[0], 4, 9, 1);
    assertThat(WindowPartition.of(narrow, 4, 2).shift()).isZero();
    assertThat(WindowPartition.of(narrow, 3, 1).shift()).isEqualTo(1);
    int[] kinds = new int[3];
    Arrays.setAll(kinds, WindowPartition.of(narrow, 4, 2)::kind);
    assertThat(kinds).containsOnly(0);
  }
}
