package dev.deed.model;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Random tensors for a spec, the same whenever they are asked for. */
public final class RandomParameters implements ParameterSource {
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Map<String, Tensor> made = new ConcurrentHashMap<>();

  public RandomParameters(TransformerSpec spec) {
    ParameterTable.of(spec).forEach(parameter -> parameters.put(parameter.name(), parameter));
  }

  @Override
  public Tensor tensor(String name) {
    return made.computeIfAbsent(name, this::make);
  }

  private Tensor make(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    int count = Math.toIntExact(parameter.elements());
    double scale = Math.pow((double) count / parameter.shape().getFirst(), -0.5);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(name.hashCode());
    for (int i = 0; i < count; i++) {
      double value = random.nextGaussian();
      bytes.putFloat(
          (float)
              switch (parameter.role()) {
                case LINEAR, QUERY, BLOCK_OUTPUT, ADAPTER_OUTPUT, TRANSPOSED -> scale * value;
                case NORM_WEIGHT -> 1 + 0.2 * value;
                case RUNNING_VARIANCE -> 0.5 + Math.abs(value);
                case BIAS, NORM_BIAS, RUNNING_MEAN, CONSTANT -> 0.2 * value;
                case EMBEDDING, POSITION, RELATIVE_BIAS, LEARNED_TOKEN -> value;
              });
    }
    return new Tensor(
        name, DataType.F32, parameter.shape(), TensorData.of(MemorySegment.ofArray(bytes.array())));
  }

  @Override
  public boolean holds(String name) {
    return parameters.containsKey(name);
  }
}
