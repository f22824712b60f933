package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.NarrowKeysValues;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What decoding remembers of one encoder output: keys and values of each layer and the bias of
 * cross-attention. All of it is made when a layer first asks, so a layer that no step reaches
 * projects nothing, and copies in int8 are made for drafts alone. Sequences that decode the same
 * input may share it; not safe for use from many threads.
 */
public final class CrossMemory {
  private final Decoder decoder;
  private final EncoderOutput encoded;
  private final IntFunction<float[]> arrays;
  private final @Nullable KeyValueCache[] keysValues;
  private final @Nullable NarrowKeysValues[] narrow;
  private final @Nullable Bias bias;

  /**
   * @param arrays for keys and values; see {@link KeyValueCache}
   */
  public CrossMemory(Decoder decoder, EncoderOutput encoded, IntFunction<float[]> arrays) {
    this.decoder = decoder;
    this.encoded = encoded;
    this.arrays = arrays;
    this.keysValues = new KeyValueCache[decoder.layerCount()];
    this.narrow = new NarrowKeysValues[decoder.layerCount()];
    this.bias = decoder.crossBias(encoded);
  }

  /**
   * Keys and values in a layer.
   *
   * @param index from 0
   * @param workspace for the projection, which is made at the first call
   */
  KeyValueCache keysValues(int index, Workspace workspace, ThreadPool pool) {
    KeyValueCache projected = keysValues[index];
    if (projected == null) {
      projected = decoder.layer(index + 1).project(encoded, workspace, arrays, pool);
      keysValues[index] = projected;
    }
    return projected;
  }

  /** The same in int8, for drafts. */
  NarrowKeysValues narrowKeysValues(int index, Workspace workspace, ThreadPool pool) {
    NarrowKeysValues copied = narrow[index];
    if (copied == null) {
      copied = KernelChoice.narrowAttention().copy(keysValues(index, workspace, pool), pool);
      narrow[index] = copied;
    }
    return copied;
  }

  /**
   * Rows of the encoder output that a layer has yet to project.
   *
   * @param index of the layer, from 0
   */
  public int unprojected(int index) {
    return keysValues[index] == null ? encoded.visible() : 0;
  }

  /** Whether scores depend on the decoder's positions. */
  boolean hasBias() {
    return bias != null;
  }

  /** The bias of query rows from position {@code first} on; null when there is none. */
  @Nullable AttentionBias bias(int first, int rows, ThreadPool pool) {
    return bias == null ? null : bias.forRows(first, rows, pool);
  }

  /**
   * Cross-attention's bias over one encoder output, the same in all layers: scores of the decoder's
   * positions against the encoder's. A row is computed when it is first asked for, and kept, since
   * deeper layers may run it later. Not safe for use from many threads.
   */
  static final class Bias {
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
    Bias(float[] places, PositionScores scores, float[] encoderPlaces, int positions) {
      this.places = places;
      this.scores = scores;
      this.encoderPlaces = encoderPlaces;
      this.positions = positions;
    }

    /** The bias of query rows from position {@code first} on; it stays good. */
    AttentionBias forRows(int first, int count, ThreadPool pool) {
      int rowStep = Math.multiplyExact(scores.heads(), positions);
      int end = first + count;
      if (rows < end) {
        if (keys == null) {
          keys = scores.keys(encoderPlaces, positions, pool);
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
            pool);
        rows = end;
      }
      return new AttentionBias(values, first * rowStep, rowStep, positions);
    }
  }
}
