package dev.deed.train;

import dev.deed.train.torch.ExitOutput;
import dev.deed.train.torch.TorchParameters;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * All that a training minimises: the exits' loss and, where the model has a gate, the gate's.
 *
 * @param loss of the exits
 */
record Objective(DeepSupervisionLoss loss, TorchParameters parameters) {
  /**
   * Losses of one batch, scalars.
   *
   * @param exits of each exit, in ascending order of layers
   * @param total what is minimised
   */
  record Losses(List<Tensor> exits, Tensor total) {}

  Losses of(List<ExitOutput> exits, Tensor labels) {
    List<Tensor> own = loss.exitLosses(exits, labels);
    Tensor sum = loss.total(own);
    boolean gated = exits.size() > 1 && parameters.holds(GateLoss.WEIGHT);
    return new Losses(own, gated ? sum.add(GateLoss.of(exits, labels, parameters)) : sum);
  }
}
