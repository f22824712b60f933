package dev.deed.model;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores of positions against positions through projections of their own, one for each head: {@code
 * (scale · (Wq p + bq))_h · (Wk p' + bk)_h} (Ke et al. 2021, arXiv 2006.15595, section 3.1).
 * Immutable; the bits of a row of scores depend on its own position and the keys alone.
 */
public record PositionScores(Linear query, Linear key, int heads, float scale) {
  public static PositionScores read(
      ParameterSource source, Names.Positions names, int heads, float scale) {
    return new PositionScores(
        Linear.read(source, names.query(), true),
        Linear.read(source, names.key(), true),
        heads,
        scale);
  }

  /**
   * The side of the keys, [positions, head width] for each head.
   *
   * @param places vectors of positions, [positions, width]
   */
  List<WeightMatrix> keys(float[] places, int positions, ThreadPool pool) {
    int width = key.outputs();
    int headWidth = width / heads;
    float[] rows = key.apply(places, positions, pool);
    List<WeightMatrix> perHead = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      int column = head * headWidth;
      perHead.add(
          KernelChoice.packing()
              .pack(
                  WeightPrecision.FP32,
                  (first, count, target) -> {
                    for (int i = 0; i < count; i++) {
                      int from = (first + i) * width + column;
                      System.arraycopy(rows, from, target, i * headWidth, headWidth);
                    }
                  },
                  positions,
                  headWidth,
                  Arena.ofAuto()));
    }
    return List.copyOf(perHead);
  }

  /**
   * Scores of positions against each other, [heads, positions, positions].
   *
   * @param places vectors of positions, [positions, width]
   */
  public float[] square(float[] places, int positions, ThreadPool pool) {
    int square = Math.multiplyExact(positions, positions);
    float[] values = new float[Math.multiplyExact(heads, square)];
    write(
        FloatRows.of(places, query.weight().inputs(), positions),
        keys(places, positions, pool),
        FloatRows.of(values, positions, positions),
        square,
        pool);
    return values;
  }

  /**
   * Scores of positions.
   *
   * @param places vectors of the positions, [rows, width]
   * @param scores receives [rows, keys] of the first head
   * @param headStride distance to the values of the next head
   */
  void write(
      FloatRows places,
      List<WeightMatrix> keys,
      FloatRows scores,
      int headStride,
      ThreadPool pool) {
    int width = query.outputs();
    int headWidth = width / heads;
    int rows = places.count();
    float[] queries = new float[Math.multiplyExact(rows, width)];
    query.weight().multiply(places, query.bias(), FloatRows.of(queries, width, rows), pool);
    KernelChoice.kernels().scale(queries, 0, queries.length, scale);
    for (int head = 0; head < heads; head++) {
      keys.get(head)
          .multiply(
              new FloatRows(queries, head * headWidth, width, rows),
              null,
              new FloatRows(
                  scores.values(), scores.offset() + head * headStride, scores.stride(), rows),
              pool);
    }
  }
}
