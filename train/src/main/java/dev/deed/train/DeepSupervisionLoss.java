package dev.deed.train;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What a multi-exit model minimises.
 *
 * @param kind how the exits' losses make one
 * @param labelSmoothing ε in {@code (1 − ε) nll + ε mean(−log p)}, from 0 to below 1
 */
public record DeepSupervisionLoss(Kind kind, double labelSmoothing) {
  private static final long MEAN = 1;

  /** How the exits' losses make one. */
  public enum Kind {
    /** Mean over the exits plus the last one's. */
    AVERAGE_PLUS_LAST,
    /** Mean over the exits. */
    AVERAGE,
    /** The last exit's alone: a model without deep supervision. */
    LAST
  }

  /**
   * Loss of each exit: cross-entropy, mean over all labels that are not {@link TextBatch#IGNORED}.
   *
   * @param logits of each exit, {@code [rows, length, vocabulary]}
   * @param labels {@code [rows, length]}
   */
  public List<Tensor> exitLosses(List<Tensor> logits, long[][] labels) {
    Tensor targets = TorchModel.indices(labels).view(-1);
    return logits.stream()
        .map(
            exit ->
                torch.cross_entropy_loss(
                    exit.view(-1, exit.size(2)),
                    targets,
                    new TensorOptional(),
                    MEAN,
                    TextBatch.IGNORED,
                    labelSmoothing))
        .toList();
  }

  /** The one loss of {@link #exitLosses}. */
  public Tensor total(List<Tensor> exitLosses) {
    Tensor last = exitLosses.getLast();
    if (kind == Kind.LAST) {
      return last;
    }
    Tensor sum = exitLosses.stream().reduce((a, b) -> a.add(b)).orElseThrow();
    Tensor average = sum.mul(new Scalar(1.0 / exitLosses.size()));
    return kind == Kind.AVERAGE ? average : average.add(last);
  }
}
