package dev.deed.model;

import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;

/**
 * The attention of a block of decoder rows to the positions of an encoder output, in one layer. It
 * is computed beside the layer, which keeps none of it. Not changed once made; safe for use from
 * many threads.
 */
public final class SourceWeights {
  private final CrossAttention cross;
  private final float[] queries;
  private final KeyValueCache keys;

  private SourceWeights(CrossAttention cross, float[] queries, KeyValueCache keys) {
    this.cross = cross;
    this.queries = queries;
    this.keys = keys;
  }

  /**
   * @param hidden [rows, width], behind {@link DecoderLayer#applySelf}; unchanged
   * @throws IllegalStateException when it has no cross-attention, or one with a bias or a cap
   */
  public static SourceWeights of(
      DecoderLayer layer,
      float[] hidden,
      DecoderLayer.Rows rows,
      Workspace workspace,
      ThreadPool pool) {
    CrossAttention cross = layer.cross();
    if (cross == null || rows.cross().hasBias() || cross.spec().scoreCap() != 0) {
      throw new IllegalStateException("the layer has no plain cross-attention");
    }
    return new SourceWeights(
        cross,
        cross.queries(hidden, rows.rows(), workspace, pool),
        rows.cross().keysValues(cross.index(), workspace, pool));
  }

  /** Positions of the encoder output. */
  public int positions() {
    return keys.length();
  }

  /**
   * The weights of a head, before they are applied to values.
   *
   * @param head from 0
   * @param first row to begin with
   * @return [rows from the first on, positions]; each row adds up to 1
   */
  public float[] ofHead(int head, int first) {
    int rows = queries.length / cross.spec().width() - first;
    float[] weights = new float[Math.multiplyExact(rows, positions())];
    cross.weights(queries, keys, head, first, weights);
    return weights;
  }
}
