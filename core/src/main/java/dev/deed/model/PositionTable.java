package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.tensor.kernel.KernelChoice;
import org.jspecify.annotations.Nullable;

/**
 * A vector per position, added to an embedding. Immutable.
 *
 * @param rows [positions, width], learned or of sines
 * @param offset row of position 0
 * @param padding id of tokens without a position; negative for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PositionTable(float[] rows, int offset, int width, int padding) {
  /** The table of a side of the model; null when its positions are not added. */
  public static @Nullable PositionTable read(
      ParameterSource source, Names.Stack names, PositionSpec positions, int width) {
    return switch (positions) {
      case PositionSpec.Learned learned ->
          new PositionTable(
              source.weight(names.positions()),
              learned.offset(),
              width,
              PositionSpec.Sinusoidal.NO_PADDING);
      case PositionSpec.Sinusoidal sines ->
          new PositionTable(sines.table(width), 0, width, sines.padding());
      case PositionSpec.None _, PositionSpec.RelativeBias _, PositionSpec.Untied _ -> null;
    };
  }

  /**
   * The rows of a table of positions that nothing is added to, normed once and for all.
   *
   * @return [rows, width]
   */
  public static float[] normed(ParameterSource source, String table, String norm, NormSpec spec) {
    Tensor tensor = source.tensor(Names.weight(table));
    float[] rows = tensor.toFloats();
    Norm.read(source, norm, spec).apply(rows, tensor.shape().getFirst(), rows);
    return rows;
  }

  /**
   * Adds the vectors of the first positions of an encoder.
   *
   * @param tokens that stand there; null where it reads none
   * @param target [count, width]
   */
  void addFirst(int @Nullable [] tokens, int count, float[] target) {
    if (tokens != null && padding >= 0) {
      add(tokens, 0, target, 0);
    } else {
      KernelChoice.kernels().add(target, 0, rows, offset * width, count * width);
    }
  }

  /**
   * Adds the vectors of tokens that enter together. All inputs before them count, padding among
   * them does not ({@code create_position_ids_from_input_ids} of Transformers, whose cache knows
   * its length alone).
   *
   * @param before number of inputs before them
   * @param target [tokens, width] from {@code at} on
   */
  public void add(int[] tokens, int before, float[] target, int at) {
    int row = before + offset;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != padding) {
        KernelChoice.kernels().add(target, at + i * width, rows, row * width, width);
        row++;
      }
    }
  }
}
