package dev.deed.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Storage;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.tensor.Int8Rounding;
import dev.deed.tensor.NotFiniteException;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matrices stored as {@link WeightPrecision#INT8} holds them: {@code NAME} has whole numbers,
 * [outputs, inputs] in I8, and {@code NAME_scale} what each output's are multiplied by, [outputs]
 * in F32. All other tensors stay as they are.
 */
public final class Int8Storage implements Storage {
  private static final String SCALE = "_scale";

  /** What {@link #QUANTIZATION} states. */
  private static final String FORMAT = "deed-int8";

  private static final String DAMAGED = "convert the folder again, its weights are damaged";

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Names that a matrix may have in the checkpoint, with its shape. */
  private final Map<String, List<Integer>> matrices = new HashMap<>();

  /**
   * @throws InputException when the model is of an unknown kind
   */
  public Int8Storage(Config config) {
    ModelDescription description = ModelFamily.describe(config);
    for (Parameter parameter : ParameterTable.of(description.spec().withTables(false, true))) {
      if (parameter.isMatrix()) {
        for (String name : description.names().candidates(parameter.name())) {
          matrices.put(name, parameter.shape());
        }
      }
    }
  }

  /**
   * A matrix in two tensors; reading them throws when a weight is not finite.
   *
   * @throws InputException when a matrix has another shape than the configuration says
   */
  @Override
  public List<Tensor> store(Tensor tensor) {
    List<Integer> shape = matrices.get(tensor.name());
    if (shape == null || !tensor.type().isFloat()) {
      return List.of(tensor);
    }
    InputException.require(
        tensor.shape().equals(shape),
        "tensor " + tensor.name(),
        "has the shape " + tensor.shape() + ", config.json says " + shape,
        "give the config.json and the weights of one model");
    Rounded rounded = new Rounded(tensor);
    List<Integer> outputs = tensor.shape().subList(0, 1);
    return List.of(
        new Tensor(tensor.name() + SCALE, DataType.F32, outputs, rounded.scaleData()),
        new Tensor(tensor.name(), DataType.I8, tensor.shape(), rounded));
  }

  /**
   * Transformers refuses a quantisation without a {@code quant_method}; of a method that it does
   * not know it would take the whole numbers for weights.
   */
  @Override
  public void state(ObjectNode config) {
    config.putObject(QUANTIZATION).put("format", FORMAT);
  }

  /** Whether a folder with this configuration stores its matrices so. */
  static boolean isUsedBy(Config config) {
    return config.json().path(QUANTIZATION).path("format").asText().equals(FORMAT);
  }

  /** How a configuration says that weights are quantised in a way of others; null: it does not. */
  static @Nullable String foreign(Config config) {
    JsonNode quantization = config.json().path(QUANTIZATION);
    return quantization.isEmpty() || isUsedBy(config)
        ? null
        : quantization.path("quant_method").asText("no quant_method");
  }

  /**
   * Tensors of a folder that {@link #isUsedBy} holds for, with numbers in place of whole numbers
   * and scales.
   *
   * @throws InputException when scales do not fit their matrix
   */
  static Map<String, Tensor> restored(Map<String, Tensor> found) {
    Map<String, Tensor> restored = new LinkedHashMap<>(found);
    found.forEach(
        (name, tensor) -> {
          Tensor scales = found.get(name + SCALE);
          if (tensor.type() == DataType.I8 && tensor.elements() > 0 && scales != null) {
            restored.put(name, restored(tensor, scales));
            restored.remove(scales.name());
          }
        });
    return restored;
  }

  private static Tensor restored(Tensor numbers, Tensor scales) {
    List<Integer> outputs = numbers.shape().subList(0, Math.min(1, numbers.shape().size()));
    InputException.require(
        scales.type() == DataType.F32 && scales.shape().equals(outputs),
        "tensor " + scales.name(),
        "has %s of the shape %s for %s of the shape %s"
            .formatted(scales.type(), scales.shape(), numbers.name(), numbers.shape()),
        DAMAGED);
    float[] values = scales.toFloats();
    for (float value : values) {
      InputException.require(
          value >= 0 && value < Float.POSITIVE_INFINITY,
          "tensor " + scales.name(),
          "holds the scale " + value,
          DAMAGED);
    }
    return new Tensor(
        numbers.name(),
        DataType.F32,
        numbers.shape(),
        new Multiplied(numbers.data(), values, numbers.elements() / values.length));
  }

  private static final class Rounded implements TensorData {
    private final Tensor matrix;
    private final int inputs;
    private float @Nullable [] scales;

    Rounded(Tensor matrix) {
      this.matrix = matrix;
      this.inputs = matrix.shape().getLast();
    }

    TensorData scaleData() {
      return new TensorData() {
        @Override
        public long size() {
          return (long) matrix.shape().getFirst() * Float.BYTES;
        }

        @Override
        public void read(long position, MemorySegment target) {
          TensorData.of(scales()).read(position, target);
        }
      };
    }

    @Override
    public long size() {
      return matrix.elements();
    }

    @Override
    public void read(long position, MemorySegment target) {
      float[] scales = scales();
      float[] values = new float[Math.toIntExact(target.byteSize())];
      matrix.read(position, values, 0, values.length);
      for (int i = 0; i < values.length; i++) {
        float scale = scales[Math.toIntExact((position + i) / inputs)];
        target.set(ValueLayout.JAVA_BYTE, i, Int8Rounding.round(values[i], scale));
      }
    }

    /** Found when they are first asked for: all weights are read for them. */
    private synchronized float[] scales() {
      if (scales == null) {
        float[] found = new float[matrix.shape().getFirst()];
        float[] row = new float[inputs];
        for (int output = 0; output < found.length; output++) {
          matrix.read((long) output * inputs, row, 0, inputs);
          found[output] = scale(row);
        }
        scales = found;
      }
      return scales;
    }

    private float scale(float[] row) {
      try {
        return Int8Rounding.scale(row, 0, row.length);
      } catch (NotFiniteException e) {
        throw new InputException(
            "tensor " + matrix.name(),
            "holds weights that are not finite",
            "choose another precision");
      }
    }
  }

  /**
   * Whole numbers times their scales, in fp32.
   *
   * @param scales [outputs]
   * @param inputs numbers of an output
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Multiplied(TensorData numbers, float[] scales, long inputs) implements TensorData {
    /** Numbers multiplied at a time: arrays for more would be most of the garbage of opening. */
    private static final int PIECE = 8 * 1024;

    @Override
    public long size() {
      return numbers.size() * Float.BYTES;
    }

    @Override
    public void read(long position, MemorySegment target) {
      long count = target.byteSize() / Float.BYTES;
      byte[] whole = new byte[(int) Math.min(PIECE, count)];
      float[] values = new float[whole.length];
      for (long done = 0; done < count; done += whole.length) {
        int now = (int) Math.min(whole.length, count - done);
        long first = position / Float.BYTES + done;
        numbers.read(first, MemorySegment.ofArray(whole).asSlice(0, now));
        multiply(whole, first, values, now);
        MemorySegment.copy(values, 0, target, FLOAT, done * Float.BYTES, now);
      }
    }

    private void multiply(byte[] whole, long first, float[] values, int count) {
      int done = 0;
      while (done < count) {
        int output = Math.toIntExact((first + done) / inputs);
        int end = (int) Math.min(count, (output + 1) * inputs - first);
        float scale = scales[output];
        for (int i = done; i < end; i++) {
          values[i] = whole[i] * scale;
        }
        done = end;
      }
    }
  }
}
