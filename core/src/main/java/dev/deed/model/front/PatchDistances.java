package dev.deed.model.front;

import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.kernel.KernelChoice;

/**
 * A bias per head and distance, down and across, between two patches of a picture. Immutable.
 *
 * @param values [heads, distances, distances]: rows of the query minus rows of the key, then
 *     columns of the key minus columns of the query, each from {@code 1 − grid} on, so that a row
 *     of keys reads a run of memory
 * @param grid most rows, and most columns, of patches
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PatchDistances(float[] values, int grid) {
  /** Rows of a table; the last three are unused. */
  public static int rows(int grid) {
    int distances = 2 * grid - 1;
    return distances * distances + 3;
  }

  /**
   * Reads {@code NAME.weight}, [distances², and more, heads], whose rows count columns of the query
   * minus columns of the key.
   */
  public static PatchDistances read(ParameterSource source, String name, int grid, int heads) {
    float[] table = source.weight(name);
    int distances = 2 * grid - 1;
    float[] values = new float[Math.multiplyExact(heads, distances * distances)];
    for (int down = 0; down < distances; down++) {
      for (int across = 0; across < distances; across++) {
        int row = down * distances + distances - 1 - across;
        for (int head = 0; head < heads; head++) {
          values[(head * distances + down) * distances + across] = table[row * heads + head];
        }
      }
    }
    return new PatchDistances(values, grid);
  }

  /** Adds the bias of one query over all patches to [height · width] from {@code at} on. */
  public void add(
      int head, int queryRow, int queryColumn, int height, int width, float[] target, int at) {
    int distances = 2 * grid - 1;
    for (int row = 0; row < height; row++) {
      int down = queryRow - row + grid - 1;
      int from = (head * distances + down) * distances + grid - 1 - queryColumn;
      KernelChoice.kernels().add(target, at + row * width, values, from, width);
    }
  }
}
