package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * A vector per position, added to an embedding. Immutable.
 *
 * @param rows [positions, width], learned or of sines
 * @param offset row of position 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PositionTable(float[] rows, int offset, int width) {
  /** The table of a side of the model; null when its positions are not added. */
  static @Nullable PositionTable read(
      ParameterSource source, String side, PositionSpec positions, int width) {
    return switch (positions) {
      case PositionSpec.Learned learned ->
          new PositionTable(
              source.tensor(side + ".positions.weight").toFloats(), learned.offset(), width);
      case PositionSpec.Sinusoidal sines -> new PositionTable(sines.table(width), 0, width);
      case PositionSpec.None none -> null;
      case PositionSpec.RelativeBias bias -> null;
      case PositionSpec.Untied untied -> null;
    };
  }

  /**
   * The rows of a table of positions that nothing is added to, normed once and for all.
   *
   * @return [rows, width]
   */
  static float[] normed(ParameterSource source, String table, String norm, NormSpec spec) {
    Tensor tensor = source.tensor(table + ".weight");
    float[] rows = tensor.toFloats();
    Norm.read(source, norm, spec).apply(rows, tensor.shape().getFirst(), rows);
    return rows;
  }

  /** Adds the vectors of {@code count} positions from {@code first} on. */
  void add(int first, int count, float[] target, int at) {
    Kernels.active().add(target, at, rows, (first + offset) * width, count * width);
  }
}
