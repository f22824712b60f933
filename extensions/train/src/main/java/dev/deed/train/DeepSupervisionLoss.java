package dev.deed.train;

import dev.deed.train.torch.Batch;
import dev.deed.train.torch.TorchModel.ExitOutput;
import java.util.ArrayList;
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

  public enum Kind {
    /** Mean over the exits plus the last one's: {@code L_avg + L_N} of the paper. */
    DEED,
    /** Mean over the exits: {@code L_avg} alone. */
    AVG,
    /** The last exit's alone: a model without deep supervision. */
    LAST,
    /**
     * Exits below the last learn the last one's distribution, the last learns the labels; mean of
     * the former plus the latter.
     */
    DISTILL
  }

  /**
   * Loss of each exit: cross-entropy, mean over all labels that are not {@link Batch#IGNORED}. With
   * {@link Kind#DISTILL} that of exits below the last is taken against the last one's softmax
   * instead of the label; no gradient flows into the latter.
   *
   * @param exits in ascending order of layers
   * @param labels {@code [rows, length]}
   */
  public List<Tensor> exitLosses(List<ExitOutput> exits, Tensor labels) {
    Tensor targets = labels.view(-1);
    Tensor teacher =
        kind == Kind.DISTILL ? torch.softmax(flat(exits.getLast().logits()).detach(), 1) : null;
    List<Tensor> losses = new ArrayList<>();
    for (ExitOutput exit : exits) {
      Tensor logits = flat(exit.logits());
      losses.add(
          teacher != null && exit != exits.getLast()
              ? againstTeacher(logits, teacher, targets)
              : torch.cross_entropy_loss(
                  logits, targets, new TensorOptional(), MEAN, Batch.IGNORED, labelSmoothing));
    }
    return losses;
  }

  public Tensor total(List<Tensor> exitLosses) {
    Tensor last = exitLosses.getLast();
    return switch (kind) {
      case LAST -> last;
      case AVG -> mean(exitLosses);
      case DEED -> mean(exitLosses).add(last);
      case DISTILL ->
          exitLosses.size() == 1
              ? last
              : mean(exitLosses.subList(0, exitLosses.size() - 1)).add(last);
    };
  }

  private static Tensor againstTeacher(Tensor student, Tensor teacher, Tensor targets) {
    Tensor mask = targets.ne(new Scalar(Batch.IGNORED)).to(torch.ScalarType.Float);
    // As large as the logits, and no gradient needs it.
    try (Tensor products = teacher.mul(torch.log_softmax(student, 1))) {
      return products.sum(1L).neg().mul(mask).sum().div(mask.sum());
    }
  }

  static Tensor mean(List<Tensor> losses) {
    Tensor sum = losses.stream().reduce((a, b) -> a.add(b)).orElseThrow();
    return sum.mul(new Scalar(1.0 / losses.size()));
  }

  private static Tensor flat(Tensor logits) {
    return logits.view(-1, logits.size(2));
  }
}
