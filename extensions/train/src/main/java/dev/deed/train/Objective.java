package dev.deed.train;

import dev.deed.model.spec.Names;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.TorchModel.ExitOutput;
import dev.deed.train.torch.TorchParameters;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** All that a training minimises: the exits' loss and, where the model has a gate, the gate's. */
record Objective(DeepSupervisionLoss loss, TorchParameters parameters) {
  static final String GATE_WEIGHT = Names.weight(Names.GATE);
  static final String GATE_BIAS = Names.bias(Names.GATE);

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
    boolean gated = exits.size() > 1 && parameters.holds(GATE_WEIGHT);
    return new Losses(own, gated ? sum.add(gateLoss(exits, labels)) : sum);
  }

  /**
   * Teaches the gate to tell, from an exit's raw hidden state, whether that exit emits the token
   * that the last layer would (the classifier of CALM, Schuster et al. 2022, arXiv 2207.07061). The
   * hidden states are taken as they are: no gradient of this loss reaches the model. Binary
   * cross-entropy, mean over exits below the last and over labels that are not ignored.
   *
   * @param exits at least two
   */
  private Tensor gateLoss(List<ExitOutput> exits, Tensor labels) {
    Tensor learnt = labels.ne(new Scalar(Batch.IGNORED)).to(torch.ScalarType.Float);
    Tensor full = torch.argmax(exits.getLast().logits(), new LongOptional(2), false);
    Tensor weight = parameters.get(GATE_WEIGHT);
    TensorOptional bias = new TensorOptional(parameters.get(GATE_BIAS));
    List<Tensor> losses = new ArrayList<>();
    for (ExitOutput exit : exits.subList(0, exits.size() - 1)) {
      Tensor own = torch.argmax(exit.logits(), new LongOptional(2), false);
      Tensor agrees = own.eq(full).to(torch.ScalarType.Float);
      Tensor score = torch.linear(exit.hidden().detach(), weight, bias).squeeze(2);
      // Binary cross-entropy of sigmoid(s) against y is softplus(s) - s y.
      Tensor loss = torch.softplus(score).sub(score.mul(agrees));
      losses.add(loss.mul(learnt).sum().div(learnt.sum()));
    }
    return DeepSupervisionLoss.mean(losses);
  }
}
