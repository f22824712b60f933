package dev.deed.train;

import static java.util.Comparator.comparing;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with global-norm clipping, in the order of
 * operations of {@code torch.optim.AdamW}. It is written here, over LibTorch's tensors, because a
 * resumed run needs its moments and LibTorch gives its own away only as an opaque archive.
 *
 * <p>Parameters, gradients and moments each lie in one vector, of which the model's tensors are
 * views: a step is a few operations on long vectors, not a few for each of hundreds of tensors. A
 * parameter that never had a gradient is left as it is. Not thread-safe. Create it outside of any
 * {@code PointerScope}.
 */
public final class AdamWOptimizer {
  /** As in {@code torch.nn.utils.clip_grad_norm_}. */
  private static final double CLIP_EPSILON = 1e-6;

  private final TorchParameters parameters;
  private final Settings settings;
  private final List<Slot> slots = new ArrayList<>();
  private final Tensor values;
  private final Tensor gradients;
  private final Tensor means;
  private final Tensor squares;
  private final Part model;
  private final Part gate;
  private final List<Slot> waiting;
  private final List<Run> runs = new ArrayList<>();
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

  /** Neighbours in the vectors. */
  private record Part(long start, long length) {
    Tensor of(Tensor vector) {
      return vector.narrow(0, start, length);
    }

    long end() {
      return start + length;
    }

    Part and(Part next) {
      return new Part(start, length + next.length);
    }
  }

  /** A parameter and its place. */
  private record Slot(String name, Tensor tensor, Part part, boolean decays) {}

  /** Parameters beside each other that are moved in one go. */
  private record Run(Part part, boolean decays) {}

  /**
   * @param decays which parameters decay, such as {@code p -> p.role().decays()}
   */
  public AdamWOptimizer(
      TorchParameters parameters, Settings settings, Predicate<Parameter> decays) {
    this.parameters = parameters;
    this.settings = settings;
    List<Parameter> ordered =
        parameters.trained().stream()
            .sorted(comparing(AdamWOptimizer::ofGate).thenComparing(decays::test))
            .toList();
    long end = 0;
    long ofModel = 0;
    for (Parameter parameter : ordered) {
      Part part = new Part(end, parameter.elements());
      Tensor tensor = parameters.get(parameter.name());
      slots.add(new Slot(parameter.name(), tensor, part, decays.test(parameter)));
      end += part.length;
      ofModel = ofGate(parameter) ? ofModel : end;
    }
    this.model = new Part(0, ofModel);
    this.gate = new Part(ofModel, end - ofModel);
    this.waiting = new ArrayList<>(slots);
    this.values = joined();
    this.gradients = torch.zeros_like(values);
    this.means = torch.zeros_like(values);
    this.squares = torch.zeros_like(values);
  }

  private static boolean ofGate(Parameter parameter) {
    return Names.belongs(parameter.name(), Names.GATE);
  }

  /** All parameters in one vector, which their tensors become views of. */
  private Tensor joined() {
    try (AutoGradMode noGradients = new AutoGradMode(false)) {
      TensorVector tensors = new TensorVector();
      slots.forEach(slot -> tensors.push_back(slot.tensor));
      Tensor joined = torch.flatten_dense_tensors(tensors);
      for (Slot slot : slots) {
        slot.tensor.set_data(slot.part.of(joined).view_as(slot.tensor));
      }
      return joined;
    }
  }

  /** Forgets the gradients of the step before. */
  public void clearGradients() {
    try (PointerScope scope = new PointerScope()) {
      gradients.zero_();
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
      takeGradients();
      double ofGate = clip(gate, largest);
      return model.length == 0 ? ofGate : clip(model, largest);
    }
  }

  private double clip(Part part, double largest) {
    if (part.length == 0) {
      return 0;
    }
    Tensor all = part.of(gradients);
    ScalarOptional euclidean = new ScalarOptional(new Scalar(2.0));
    double norm = all.norm(euclidean, torch.ScalarType.Double).item_double();
    double scale = largest / (norm + CLIP_EPSILON);
    if (scale < 1) {
      all.mul_(new Scalar(scale));
    }
    return norm;
  }

  /** Moves the first gradient of a parameter into the vector, where those after it are added. */
  private void takeGradients() {
    if (!waiting.removeIf(this::takesGradient)) {
      return;
    }
    runs.clear();
    Set<Slot> without = Set.copyOf(waiting);
    for (Slot slot : slots) {
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (without.contains(slot)) {
        continue;
      }
      if (last != null && last.decays == slot.decays && last.part.end() == slot.part.start) {
        runs.removeLast();
        runs.add(new Run(last.part.and(slot.part), slot.decays));
      } else {
        runs.add(new Run(slot.part, slot.decays));
      }
    }
  }

  private boolean takesGradient(Slot slot) {
    Tensor gradient = slot.tensor.mutable_grad();
    if (!gradient.defined()) {
      return false;
    }
    Tensor own = slot.part.of(gradients).view_as(gradient);
    own.copy_(gradient);
    gradient.put(own);
    return true;
  }

  /** Moves the parameters along their gradients. */
  public void step(double learningRate) {
    step++;
    double meanCorrection = 1 - Math.pow(settings.beta1, step);
    double squareCorrection = 1 - Math.pow(settings.beta2, step);
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradients = new AutoGradMode(false)) {
      takeGradients();
      Scalar decay = new Scalar(1 - learningRate * settings.weightDecay);
      Scalar newMean = new Scalar(1 - settings.beta1);
      Scalar oldSquare = new Scalar(settings.beta2);
      Scalar newSquare = new Scalar(1 - settings.beta2);
      Scalar root = new Scalar(Math.sqrt(squareCorrection));
      Scalar epsilon = new Scalar(settings.epsilon);
      Scalar rate = new Scalar(-learningRate / meanCorrection);
      for (Run run : runs) {
        Tensor value = run.part.of(values);
        Tensor gradient = run.part.of(gradients);
        if (run.decays && settings.weightDecay != 0) {
          value.mul_(decay);
        }
        Tensor mean = run.part.of(means).lerp_(gradient, newMean);
        Tensor square = run.part.of(squares).mul_(oldSquare);
        square.addcmul_(gradient, gradient, newSquare);
        Tensor denominator = square.sqrt().div_(root).add_(epsilon);
        value.addcdiv_(mean, denominator, rate);
      }
    }
  }

  /** Hands out the moments of every parameter: {@code mean.NAME} and {@code square.NAME}. */
  void save(BiConsumer<String, float[]> moments) {
    try (PointerScope scope = new PointerScope()) {
      for (Slot slot : slots) {
        moments.accept("mean." + slot.name, TorchParameters.floats(slot.part.of(means)));
        moments.accept("square." + slot.name, TorchParameters.floats(slot.part.of(squares)));
      }
    }
  }

  /** Goes on where {@link #save} left, after {@code steps} steps. */
  void restore(Moments moments, long steps) {
    try (PointerScope scope = new PointerScope()) {
      for (Slot slot : slots) {
        long length = slot.part.length;
        parameters.assign(slot.part.of(means), moments.of("mean." + slot.name, length));
        parameters.assign(slot.part.of(squares), moments.of("square." + slot.name, length));
      }
    }
    step = steps;
  }
}
