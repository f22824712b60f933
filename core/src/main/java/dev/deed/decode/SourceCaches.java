package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import org.jspecify.annotations.Nullable;

/**
 * Cross-attention keys and values of one encoder output, layer by layer, for all sequences that
 * decode it. Belongs to one thread.
 */
final class SourceCaches {
  private final Decoder decoder;
  private final EncoderOutput encoded;
  private final @Nullable KeyValueCache[] layers;

  SourceCaches(Decoder decoder, EncoderOutput encoded) {
    this.decoder = decoder;
    this.encoded = encoded;
    this.layers = new KeyValueCache[decoder.layerCount()];
  }

  /** Those of layer {@code layer} (from 1), projected when first asked for. */
  KeyValueCache layer(int layer, WorkerTeam team) {
    KeyValueCache keysValues = layers[layer - 1];
    if (keysValues == null) {
      // Only now: a layer that no step reaches never projects the encoder output.
      keysValues = decoder.layer(layer).project(encoded, team);
      layers[layer - 1] = keysValues;
    }
    return keysValues;
  }
}
