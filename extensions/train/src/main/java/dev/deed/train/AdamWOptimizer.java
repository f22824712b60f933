package dev.deed.train;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with global-norm clipping, in the order of
 * operations of {@code torch.optim.AdamW}. It is written here, over LibTorch's tensors, because a
 * resumed run needs its moments and LibTorch gives its own away only as an opaque archive. Not
 * thread-safe. Create it outside of any {@code PointerScope}.
 */
public final class AdamWOptimizer {
  private final TorchParameters parameters;
  private final Settings settings;
  private final List<Slot> slots = new ArrayList<>();
  private final TensorVector model = new TensorVector();
  private final TensorVector gate = new TensorVector();
  private long step;

  /**
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon added to the root
   * @param weightDecay decoupled, times the learning rate
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {}

  private record Slot(String name, Tensor parameter, Tensor mean, Tensor square, boolean decays) {}

  /**
   * @param decays which parameters decay, such as {@code p -> p.role().decays()}
   */
  public AdamWOptimizer(
      TorchParameters parameters, Settings settings, Predicate<Parameter> decays) {
    this.parameters = parameters;
    this.settings = settings;
    for (Parameter parameter : parameters.trained()) {
      Tensor tensor = parameters.get(parameter.name());
      slots.add(
          new Slot(
              parameter.name(),
              tensor,
              torch.zeros_like(tensor.detach()),
              torch.zeros_like(tensor.detach()),
              decays.test(parameter)));
      (Names.belongs(parameter.name(), Names.GATE) ? gate : model).push_back(tensor);
    }
  }

  public void clearGradients() {
    try (PointerScope scope = new PointerScope()) {
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter.mutable_grad();
        if (gradient.defined()) {
          gradient.zero_();
        }
      }
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
    double ofGate = gate.empty() ? 0 : torch.clip_grad_norm_(gate, largest);
    return model.empty() ? ofGate : torch.clip_grad_norm_(model, largest);
  }

  public void step(double learningRate) {
    step++;
    double meanCorrection = 1 - Math.pow(settings.beta1, step);
    double squareCorrection = 1 - Math.pow(settings.beta2, step);
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradients = new AutoGradMode(false)) {
      Scalar decay = new Scalar(1 - learningRate * settings.weightDecay);
      Scalar newMean = new Scalar(1 - settings.beta1);
      Scalar oldSquare = new Scalar(settings.beta2);
      Scalar newSquare = new Scalar(1 - settings.beta2);
      Scalar root = new Scalar(Math.sqrt(squareCorrection));
      Scalar epsilon = new Scalar(settings.epsilon);
      Scalar rate = new Scalar(-learningRate / meanCorrection);
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter.grad();
        if (!gradient.defined()) {
          continue;
        }
        if (slot.decays && settings.weightDecay != 0) {
          slot.parameter.mul_(decay);
        }
        slot.mean.lerp_(gradient, newMean);
        slot.square.mul_(oldSquare).addcmul_(gradient, gradient, newSquare);
        Tensor denominator = slot.square.sqrt().div_(root).add_(epsilon);
        slot.parameter.addcdiv_(slot.mean, denominator, rate);
      }
    }
  }

  /** Hands out the moments of every parameter: {@code mean.NAME} and {@code square.NAME}. */
  void save(BiConsumer<String, float[]> moments) {
    try (PointerScope scope = new PointerScope()) {
      for (Slot slot : slots) {
        moments.accept("mean." + slot.name, TorchParameters.floats(slot.mean));
        moments.accept("square." + slot.name, TorchParameters.floats(slot.square));
      }
    }
  }

  /** Goes on where {@link #save} ended, after {@code steps}; moments by name and number. */
  void restore(BiFunction<String, Long, float[]> moments, long steps) {
    for (Slot slot : slots) {
      long length = slot.mean.numel();
      parameters.assign(slot.mean, moments.apply("mean." + slot.name, length));
      parameters.assign(slot.square, moments.apply("square." + slot.name, length));
    }
    step = steps;
  }
}
