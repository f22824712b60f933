package dev.deed.train.torch;

import dev.deed.model.spec.TransformerSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The teacher-forced forward pass of an encoder-decoder with all its exits: the differentiable twin
 * of {@code dev.deed.model}, over the same spec and the same tensor names. Not thread-safe. Wrap
 * each step in a {@code PointerScope}, else native memory grows.
 *
 * @param dropout share of elements dropped in training, from 0 to below 1
 */
public record TorchModel(TransformerSpec spec, TorchParameters parameters, double dropout) {
  public enum Mode {
    /** Elements are dropped; batch norms take the batch's statistics and update their own. */
    LEARN,
    /** Elements are dropped; batch norms take their own statistics and keep them. */
    LEARN_HOLDING_NORMS,
    /** Nothing is dropped; batch norms take their own statistics and keep them. */
    USE
  }

  /** How many exits {@link #forward} gives. */
  public int exits() {
    return spec.exits() == null ? 1 : spec.exits().layers().size();
  }

  /** Every exit in ascending order of layers; without exits the last layer only. */
  public List<ExitOutput> forward(Batch batch, Mode mode) {
    TorchLayers layers =
        new TorchLayers(parameters, mode == Mode.USE ? 0 : dropout, mode == Mode.LEARN);
    TorchEncoder.Output encoded =
        new TorchEncoder(spec.encoder(), parameters).encode(batch.input(), layers);
    long[] rows = batch.inputs();
    Tensor inputs = rows == null ? null : parameters.device().integers(rows, rows.length);
    return new TorchDecoder(spec, parameters).decode(encoded, inputs, batch.decoderInput(), layers);
  }
}
