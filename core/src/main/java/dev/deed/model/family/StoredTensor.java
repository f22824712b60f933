package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.convert.Storage;
import dev.deed.model.spec.Parameter;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a folder holds for a parameter, held against what its configuration asks for. */
final class StoredTensor {
  private StoredTensor() {}

  /**
   * The tensor; null where the model can do without it and the folder lacks it.
   *
   * @param name of the tensor in the files
   * @throws InputException when it is missing, of another shape, or quantised in a way of others
   */
  static @Nullable Tensor check(
      Path path, Config config, Parameter parameter, String name, @Nullable Tensor tensor) {
    if (tensor == null && parameter.optional()) {
      return null;
    }
    boolean fits =
        tensor != null && tensor.shape().equals(parameter.shape()) && tensor.type().isFloat();
    String quantized = Int8Storage.foreign(config);
    InputException.require(
        fits || quantized == null,
        config.origin() + ": " + Storage.QUANTIZATION,
        "says that weights are quantised by "
            + quantized
            + ", a form that is not read ("
            + name
            + ")",
        "give the folder that they were quantised from");
    if (tensor == null) {
      throw new InputException(
          path.toString(),
          "lacks the tensor " + name,
          "give the complete model; config.json asks for it");
    }
    if (!tensor.shape().equals(parameter.shape())) {
      throw new InputException(
          path + ": tensor " + name,
          "has the shape " + tensor.shape() + ", config.json says " + parameter.shape(),
          "give the config.json and the weights of one model");
    }
    if (!tensor.type().isFloat()) {
      throw new InputException(
          path + ": tensor " + name,
          "holds " + tensor.type() + ", not floating-point numbers",
          "give weights as F32, F16 or BF16, or int8 with scales as deed convert writes them");
    }
    return tensor;
  }
}
