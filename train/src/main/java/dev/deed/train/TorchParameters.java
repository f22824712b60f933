package dev.deed.train;

import dev.deed.model.Parameter;
import dev.deed.model.ParameterTable;
import dev.deed.model.family.ModelFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of a model as LibTorch leaves, by canonical name; those that train require a
 * gradient. Not thread-safe. Create it outside of any {@link PointerScope}: it must outlive the
 * scope of a step.
 */
public final class TorchParameters {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Parameter> trained = new ArrayList<>();

  private TorchParameters() {}

  /** Copies the weights of a model folder; an optional parameter that it lacks stays absent. */
  public static TorchParameters of(ModelFolder folder) {
    TorchParameters parameters = new TorchParameters();
    for (Parameter parameter : ParameterTable.of(folder.spec())) {
      if (folder.holds(parameter.name())) {
        parameters.add(parameter, folder.tensor(parameter.name()).toFloats());
      }
    }
    return parameters;
  }

  private void add(Parameter parameter, float[] values) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    Tensor tensor = Tensor.create(values, shape);
    if (parameter.role().trains()) {
      tensor.set_requires_grad(true);
      trained.add(parameter);
    }
    tensors.put(parameter.name(), tensor);
  }

  /** Parameters that gradients change, in the order of the data's path. */
  public List<Parameter> trained() {
    return List.copyOf(trained);
  }

  /** Whether the model has a parameter of this canonical name. */
  public boolean holds(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The tensor of a canonical name.
   *
   * @throws IllegalArgumentException when the model has no such parameter
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return tensor;
  }

  /** The current values of a parameter, row-major. */
  public float[] values(String name) {
    try (PointerScope scope = new PointerScope()) {
      return floats(get(name));
    }
  }

  /** A copy of a tensor's elements, row-major. */
  static float[] floats(Tensor tensor) {
    Tensor plain = tensor.detach().contiguous();
    float[] values = new float[Math.toIntExact(plain.numel())];
    new FloatPointer(plain.data_ptr()).get(values);
    return values;
  }
}
