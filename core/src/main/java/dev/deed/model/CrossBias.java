package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-attention's bias over one encoder output, the same in all layers: scores of the decoder's
 * positions against the encoder's. A row is computed when it is first asked for, and kept, since
 * deeper layers may run it later. Not safe for use from many threads.
 */
final class CrossBias {
  private final float[] places;
  private final PositionScores scores;
  private final float[] encoderPlaces;
  private final int positions;
  private @Nullable List<WeightMatrix> keys;

  /** [rows so far, heads, positions]. */
  private float[] values = new float[0];

  private int rows;

  /**
   * @param places vectors of the decoder's positions, [decoder positions, width]
   * @param encoderPlaces vectors of the encoder's positions, [positions, width]
   * @param positions that cross-attention sees
   */
  CrossBias(float[] places, PositionScores scores, float[] encoderPlaces, int positions) {
    this.places = places;
    this.scores = scores;
    this.encoderPlaces = encoderPlaces;
    this.positions = positions;
  }

  /** The bias of query rows from position {@code first} on; it stays good. */
  AttentionBias forRows(int first, int count, WorkerTeam team) {
    int rowStep = Math.multiplyExact(scores.heads(), positions);
    int end = first + count;
    if (rows < end) {
      if (keys == null) {
        keys = scores.keys(encoderPlaces, positions, team);
      }
      int needed = Math.multiplyExact(end, rowStep);
      if (values.length < needed) {
        values = Arrays.copyOf(values, Math.max(needed, 2 * values.length));
      }
      int width = scores.query().weight().inputs();
      scores.write(
          new FloatRows(places, rows * width, width, end - rows),
          keys,
          new FloatRows(values, rows * rowStep, rowStep, end - rows),
          positions,
          team);
      rows = end;
    }
    return new AttentionBias(values, first * rowStep, rowStep, positions);
  }
}
