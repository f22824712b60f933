package dev.deed.train;

import static java.util.Comparator.comparing;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.train.torch.TorchParameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * All trained parameters in one vector, and their gradients in another: the model's tensors are
 * views of them. So an optimiser's step is a few operations on long vectors, not a few for each of
 * hundreds of tensors. Not thread-safe. Create it outside of any {@code PointerScope}.
 */
final class ParameterVectors {
  private final List<Slot> slots = new ArrayList<>();
  private final Tensor values;
  private final Tensor gradients;
  private final Part model;
  private final Part gate;
  private final List<Slot> waiting;
  private final List<Run> runs = new ArrayList<>();

  /** Neighbours in the vectors. */
  record Part(long start, long length) {
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
  record Slot(String name, Tensor tensor, Part part, boolean decays) {}

  /** Parameters beside each other that are moved in one go. */
  record Run(Part part, boolean decays) {}

  /** The parameters of the model, those that decay together, then the gate's. */
  ParameterVectors(TorchParameters parameters, Predicate<Parameter> decays) {
    List<Parameter> ordered =
        parameters.trained().stream()
            .sorted(comparing(ParameterVectors::ofGate).thenComparing(decays::test))
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

  Tensor values() {
    return values;
  }

  Tensor gradients() {
    return gradients;
  }

  /** Every parameter. */
  List<Slot> slots() {
    return Collections.unmodifiableList(slots);
  }

  /** What is no gate; may be empty. */
  Part model() {
    return model;
  }

  /** The gate; may be empty. */
  Part gate() {
    return gate;
  }

  /** What ever had gradients. */
  List<Run> runs() {
    return Collections.unmodifiableList(runs);
  }

  /** Moves the first gradient of a parameter into the vector, where those after it are added. */
  void takeGradients() {
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
}
