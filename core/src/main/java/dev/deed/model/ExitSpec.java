package dev.deed.model;

import dev.deed.checkpoint.Config;
import dev.deed.tensor.Activation;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a decoder may emit a token, and by which measure it decides on its own.
 *
 * @param layers 1-based decoder layers that may emit, ascending; the last layer is always among
 *     them
 * @param adapterSize width of the bottleneck between a layer and the shared head; 0 without
 *     adapters
 * @param adapterActivation activation of the bottleneck
 * @param confidence name of the measure the model's own policy asks; null when the model states
 *     none
 * @param threshold exit at or above it
 */
public record ExitSpec(
    List<Integer> layers,
    int adapterSize,
    Activation adapterActivation,
    @Nullable String confidence,
    double threshold) {
  public ExitSpec {
    layers = List.copyOf(new TreeSet<>(layers));
  }

  /** Whether exit {@code layer} has an adapter; the last layer never has. */
  public boolean hasAdapter(int layer) {
    return adapterSize > 0 && layer < layers.getLast() && layers.contains(layer);
  }

  /**
   * Reads the {@code exits} object of a {@code config.json}.
   *
   * @param decoderLayers number of decoder layers of the model
   * @throws dev.deed.checkpoint.InputException when it is not valid for that depth
   */
  public static ExitSpec read(Config exits, int decoderLayers) {
    List<Integer> layers = exits.integers("layers", 1, decoderLayers);
    if (!layers.contains(decoderLayers)) {
      throw exits.wrong("layers", "must contain the last decoder layer, " + decoderLayers);
    }
    int size = 0;
    Activation activation = Activation.GELU;
    if (exits.has("adapter")) {
      Config adapter = exits.object("adapter");
      size = adapter.integer("size", 1, 1 << 16);
      activation = Activations.read(adapter, "activation", "gelu");
    }
    String confidence = exits.has("confidence") ? exits.text("confidence") : null;
    return new ExitSpec(layers, size, activation, confidence, exits.number("threshold", 1.0));
  }
}
