package dev.deed.train;

import dev.deed.model.TransformerSpec;
import java.util.List;

/**
 * The teacher-forced forward pass of an encoder-decoder with all its exits: the differentiable twin
 * of {@code dev.deed.model}, over the same spec and the same tensor names. Not thread-safe. Wrap
 * each step in a {@code PointerScope}, else native memory grows.
 *
 * @param dropout share of elements dropped in training, from 0 to below 1
 */
public record TorchModel(TransformerSpec spec, TorchParameters parameters, double dropout) {
  /** A model without dropout. */
  public TorchModel(TransformerSpec spec, TorchParameters parameters) {
    this(spec, parameters, 0);
  }

  /**
   * Every exit in ascending order of layers; without exits the last layer only.
   *
   * @param training whether to drop elements and let batch norms take the batch's statistics
   */
  public List<ExitOutput> forward(Batch batch, boolean training) {
    TorchLayers layers = new TorchLayers(parameters, training ? dropout : 0, training);
    TorchEncoder.Output encoded =
        new TorchEncoder(spec.encoder(), parameters).encode(batch.input(), layers);
    return new TorchDecoder(spec, parameters).decode(encoded, batch.decoderInput(), layers);
  }
}
