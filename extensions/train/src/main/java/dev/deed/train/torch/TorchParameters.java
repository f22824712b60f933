package dev.deed.train.torch;

import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a model as LibTorch leaves, by canonical name; those that train require a
 * gradient. Not thread-safe. Create it outside of any {@link PointerScope}: it must outlive the
 * scope of a step.
 */
public final class TorchParameters {
  private final TorchDevice device;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Parameter> trained = new ArrayList<>();

  private TorchParameters(TorchDevice device) {
    this.device = device;
  }

  @FunctionalInterface
  public interface Values {
    /** Values row-major, or null for an optional parameter that the model is to do without. */
    float @Nullable [] of(Parameter parameter);
  }

  /**
   * @param trains which of those that can train do; the others keep their bits
   */
  public static TorchParameters of(
      TransformerSpec spec, Values values, Predicate<Parameter> trains, TorchDevice device) {
    TorchParameters parameters = new TorchParameters(device);
    for (Parameter parameter : ParameterTable.of(spec)) {
      float[] first = values.of(parameter);
      if (sharesVector(spec, parameter) && parameters.holds(Names.ENCODER.ownVector())) {
        parameters.tensors.put(parameter.name(), parameters.get(Names.ENCODER.ownVector()));
      } else if (first != null) {
        parameters.add(parameter, first, trains.test(parameter));
      }
    }
    return parameters;
  }

  /** Copies the weights of a model folder; an optional parameter that it lacks stays absent. */
  public static TorchParameters of(
      ModelFolder folder, Predicate<Parameter> trains, TorchDevice device) {
    return of(
        folder.spec(),
        parameter ->
            folder.holds(parameter.name()) ? folder.tensor(parameter.name()).toFloats() : null,
        trains,
        device);
  }

  /** Where encoder and decoder share a table, a vector beside it is one for both too. */
  private static boolean sharesVector(TransformerSpec spec, Parameter parameter) {
    return !spec.encoder().ownTable() && parameter.name().equals(Names.DECODER.ownVector());
  }

  private void add(Parameter parameter, float[] values, boolean trains) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    Tensor tensor = device.floats(values, shape);
    if (trains && parameter.role().trains()) {
      tensor.set_requires_grad(true);
      trained.add(parameter);
    }
    tensors.put(parameter.name(), tensor);
  }

  public TorchDevice device() {
    return device;
  }

  /** Those of a picture's encoder inside a front, under the names of an encoder alone. */
  TorchParameters vision() {
    TorchParameters alone = new TorchParameters(device);
    tensors.forEach(
        (name, tensor) -> {
          if (Names.belongs(name, LayoutAwareFront.VISION)) {
            alone.tensors.put(LayoutAwareFront.aloneName(name), tensor);
          }
        });
    return alone;
  }

  /** Parameters that gradients change, in the order of the data's path. */
  public List<Parameter> trained() {
    return List.copyOf(trained);
  }

  public boolean holds(String name) {
    return tensors.containsKey(name);
  }

  /**
   * @throws IllegalArgumentException when the model has no such parameter
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return tensor;
  }

  /** The current values of a parameter, row-major; null when the model has no such parameter. */
  public float @Nullable [] valuesOrNull(Parameter parameter) {
    return holds(parameter.name()) ? values(parameter.name()) : null;
  }

  /** The current values of a parameter, row-major. */
  public float[] values(String name) {
    try (PointerScope scope = new PointerScope()) {
      return floats(get(name));
    }
  }

  /** Replaces the elements of a tensor of this device. */
  public void assign(Tensor tensor, float[] values) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradients = new AutoGradMode(false)) {
      tensor.copy_(Tensor.create(values, tensor.shape()));
    }
  }

  /** A copy of a tensor's elements, row-major. */
  public static float[] floats(Tensor tensor) {
    Tensor plain = tensor.detach().cpu().contiguous();
    float[] values = new float[Math.toIntExact(plain.numel())];
    new FloatPointer(plain.data_ptr()).get(values);
    return values;
  }
}
