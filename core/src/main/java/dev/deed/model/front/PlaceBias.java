package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.Linear;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;

/**
 * What the distance of two cells of a square adds to their score: products of the query, not
 * scaled, with a learned vector of the distance down and one of the distance across (Li et al.
 * 2022, arXiv 2112.01526, section 4; SAM). Immutable.
 *
 * @param side cells of an edge
 * @param down [2 · side − 1, head width], by query minus key plus {@code side − 1}
 * @param across the same across
 */
public record PlaceBias(int side, WeightMatrix down, WeightMatrix across) {
  /** Tensor of what distances down add. */
  public static String down(Names.Attention names) {
    return names.name() + ".distance_down";
  }

  public static String across(Names.Attention names) {
    return names.name() + ".distance_across";
  }

  static void declare(ParameterList parameters, Names.Attention names, int side, int headWidth) {
    parameters.add(down(names), Role.RELATIVE_BIAS, 2 * side - 1, headWidth);
    parameters.add(across(names), Role.RELATIVE_BIAS, 2 * side - 1, headWidth);
  }

  static PlaceBias read(ParameterSource source, Names.Attention names, int side) {
    return new PlaceBias(side, table(source, down(names)), table(source, across(names)));
  }

  private static WeightMatrix table(ParameterSource source, String name) {
    Tensor tensor = source.tensor(name);
    int rows = tensor.shape().getFirst();
    int width = tensor.shape().getLast();
    return KernelChoice.packing()
        .pack(WeightPrecision.FP32, Linear.rows(tensor, width), rows, width, source.memory());
  }

  /**
   * The bias of some queries of one head over all cells.
   *
   * @param first cell of the first query
   */
  AttentionBias of(FloatRows queries, int first) {
    int distances = 2 * side - 1;
    int rows = queries.count();
    float[] vertical = new float[rows * distances];
    float[] horizontal = new float[rows * distances];
    down.multiply(queries, null, FloatRows.of(vertical, distances, rows), ThreadPool.ALONE);
    across.multiply(queries, null, FloatRows.of(horizontal, distances, rows), ThreadPool.ALONE);
    int cells = side * side;
    float[] values = new float[Math.multiplyExact(rows, cells)];
    for (int row = 0; row < rows; row++) {
      int y = (first + row) / side;
      int x = (first + row) % side;
      for (int keyY = 0; keyY < side; keyY++) {
        float apart = vertical[row * distances + y - keyY + side - 1];
        int from = row * distances + x + side - 1;
        int to = row * cells + keyY * side;
        for (int keyX = 0; keyX < side; keyX++) {
          values[to + keyX] = apart + horizontal[from - keyX];
        }
      }
    }
    return new AttentionBias(values, 0, cells, 0);
  }
}
