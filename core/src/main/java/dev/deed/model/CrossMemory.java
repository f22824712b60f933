package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What decoding remembers of one encoder output: keys and values of each layer and the bias of
 * cross-attention. All of it is made when a layer first asks, so a layer that no step reaches
 * projects nothing. Sequences that decode the same input may share it; not safe for use from many
 * threads.
 */
public final class CrossMemory {
  private final Decoder decoder;
  private final EncoderOutput encoded;
  private final IntFunction<float[]> arrays;
  private final @Nullable KeyValueCache[] keysValues;
  private final @Nullable CrossBias bias;

  /**
   * Remembers nothing yet.
   *
   * @param arrays for keys and values; see {@link KeyValueCache}
   */
  public CrossMemory(Decoder decoder, EncoderOutput encoded, IntFunction<float[]> arrays) {
    this.decoder = decoder;
    this.encoded = encoded;
    this.arrays = arrays;
    this.keysValues = new KeyValueCache[decoder.layerCount()];
    this.bias = decoder.crossBias(encoded);
  }

  /**
   * Keys and values in a layer.
   *
   * @param index from 0
   * @param workspace for the projection, which is made at the first call
   */
  KeyValueCache keysValues(int index, Workspace workspace, WorkerTeam team) {
    KeyValueCache projected = keysValues[index];
    if (projected == null) {
      projected = decoder.layer(index + 1).project(encoded, workspace, arrays, team);
      keysValues[index] = projected;
    }
    return projected;
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
  @Nullable AttentionBias bias(int first, int rows, WorkerTeam team) {
    return bias == null ? null : bias.forRows(first, rows, team);
  }
}
