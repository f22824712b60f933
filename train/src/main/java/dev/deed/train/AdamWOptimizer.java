package dev.deed.train;

import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchParameters;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with global-norm clipping, in the order of
 * operations of {@code torch.optim.AdamW}. It is written here, over LibTorch's tensors, because a
 * resumed run needs its moments and LibTorch gives its own away only as an opaque archive. A
 * parameter that never had a gradient is left as it is. Not thread-safe. Create it outside of any
 * {@code PointerScope}.
 */
public final class AdamWOptimizer {
  /** As in {@code torch.nn.utils.clip_grad_norm_}. */
  private static final double CLIP_EPSILON = 1e-6;

  private final TorchParameters parameters;
  private final Settings settings;
  private final ParameterVectors vectors;
  private final Tensor means;
  private final Tensor squares;
  private long step;

  /**
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root
   * @param weightDecay decoupled, times the learning rate
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {}

  /** Gives saved moments back. */
  @FunctionalInterface
  interface Moments {
    /**
     * The moments of a name.
     *
     * @param length how many there are
     */
    float[] of(String name, long length);
  }

  /**
   * @param decays which parameters decay, such as {@code p -> p.role().decays()}
   */
  public AdamWOptimizer(
      TorchParameters parameters, Settings settings, Predicate<Parameter> decays) {
    this.parameters = parameters;
    this.settings = settings;
    this.vectors = new ParameterVectors(parameters, decays);
    this.means = torch.zeros_like(vectors.values());
    this.squares = torch.zeros_like(vectors.values());
  }

  /** Forgets the gradients of the step before. */
  public void clearGradients() {
    try (PointerScope scope = new PointerScope()) {
      vectors.gradients().zero_();
    }
  }

  /**
   * Scales all gradients together so that their global norm is at most {@code largest}. Those of
   * the gate are scaled apart, so that a gate changes no step of the model.
   *
   * @param largest positive; infinity leaves them as they are
   * @return the model's norm before; the gate's when nothing else is learnt
   */
  public double clip(double largest) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradients = new AutoGradMode(false)) {
      vectors.takeGradients();
      double ofGate = clip(vectors.gate(), largest);
      return vectors.model().length() == 0 ? ofGate : clip(vectors.model(), largest);
    }
  }

  private double clip(ParameterVectors.Part part, double largest) {
    if (part.length() == 0) {
      return 0;
    }
    Tensor all = part.of(vectors.gradients());
    ScalarOptional euclidean = new ScalarOptional(new Scalar(2.0));
    double norm = all.norm(euclidean, torch.ScalarType.Double).item_double();
    double scale = largest / (norm + CLIP_EPSILON);
    if (scale < 1) {
      all.mul_(new Scalar(scale));
    }
    return norm;
  }

  /** Moves the parameters along their gradients. */
  public void step(double learningRate) {
    step++;
    double meanCorrection = 1 - Math.pow(settings.beta1, step);
    double squareCorrection = 1 - Math.pow(settings.beta2, step);
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradients = new AutoGradMode(false)) {
      vectors.takeGradients();
      Scalar decay = new Scalar(1 - learningRate * settings.weightDecay);
      Scalar newMean = new Scalar(1 - settings.beta1);
      Scalar oldSquare = new Scalar(settings.beta2);
      Scalar newSquare = new Scalar(1 - settings.beta2);
      Scalar root = new Scalar(Math.sqrt(squareCorrection));
      Scalar epsilon = new Scalar(settings.epsilon);
      Scalar rate = new Scalar(-learningRate / meanCorrection);
      for (ParameterVectors.Run run : vectors.runs()) {
        Tensor value = run.part().of(vectors.values());
        Tensor gradient = run.part().of(vectors.gradients());
        if (run.decays() && settings.weightDecay != 0) {
          value.mul_(decay);
        }
        Tensor mean = run.part().of(means).lerp_(gradient, newMean);
        Tensor square = run.part().of(squares).mul_(oldSquare);
        square.addcmul_(gradient, gradient, newSquare);
        Tensor denominator = square.sqrt().div_(root).add_(epsilon);
        value.addcdiv_(mean, denominator, rate);
      }
    }
  }

  /** Hands out the moments of every parameter: {@code mean.NAME} and {@code square.NAME}. */
  void save(BiConsumer<String, float[]> moments) {
    try (PointerScope scope = new PointerScope()) {
      for (ParameterVectors.Slot slot : vectors.slots()) {
        moments.accept("mean." + slot.name(), TorchParameters.floats(slot.part().of(means)));
        moments.accept("square." + slot.name(), TorchParameters.floats(slot.part().of(squares)));
      }
    }
  }

  /** Goes on where {@link #save} left, after {@code steps} steps. */
  void restore(Moments moments, long steps) {
    try (PointerScope scope = new PointerScope()) {
      for (ParameterVectors.Slot slot : vectors.slots()) {
        long length = slot.part().length();
        parameters.assign(slot.part().of(means), moments.of("mean." + slot.name(), length));
        parameters.assign(slot.part().of(squares), moments.of("square." + slot.name(), length));
      }
    }
    step = steps;
  }
}
