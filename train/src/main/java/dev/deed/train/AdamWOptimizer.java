package dev.deed.train;

import dev.deed.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with global-norm clipping. Not thread-safe.
 * Create it outside of any {@code PointerScope}.
 */
public final class AdamWOptimizer {
  private final TensorVector trained;
  private final List<AdamW> groups = new ArrayList<>();

  /**
   * @param learningRate step size
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root
   * @param weightDecay decoupled, times the learning rate
   */
  public record Settings(
      double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {}

  /**
   * @param decays which parameters decay, such as {@code p -> p.role().decays()}
   */
  public AdamWOptimizer(
      TorchParameters parameters, Settings settings, Predicate<Parameter> decays) {
    this.trained = tensors(parameters, parameters.trained());
    for (boolean decay : new boolean[] {true, false}) {
      List<Parameter> group =
          parameters.trained().stream().filter(p -> decays.test(p) == decay).toList();
      if (!group.isEmpty()) {
        groups.add(new AdamW(tensors(parameters, group), options(settings, decay)));
      }
    }
  }

  /** Forgets the gradients of the step before. */
  public void clearGradients() {
    groups.forEach(AdamW::zero_grad);
  }

  /**
   * Scales all gradients together so that their global norm is at most {@code largest}.
   *
   * @param largest positive; infinity leaves them as they are
   * @return the norm before
   */
  public double clip(double largest) {
    return torch.clip_grad_norm_(trained, largest);
  }

  /** Moves the parameters along their gradients. */
  public void step() {
    groups.forEach(AdamW::step);
  }

  private static TensorVector tensors(TorchParameters parameters, List<Parameter> group) {
    return new TensorVector(
        group.stream().map(p -> parameters.get(p.name())).toArray(Tensor[]::new));
  }

  private static AdamWOptions options(Settings settings, boolean decay) {
    AdamWOptions options = new AdamWOptions(settings.learningRate());
    options.eps().put(settings.epsilon());
    options.weight_decay().put(decay ? settings.weightDecay() : 0.0);
    // A C++ tuple lies in memory in an order that the standard library chooses: the defaults, 0.9
    // and 0.999, tell which place is which.
    DoublePointer betas = options.betas();
    int first = betas.get(0) < betas.get(1) ? 0 : 1;
    betas.put(first, settings.beta1());
    betas.put(1 - first, settings.beta2());
    return options;
  }
}
