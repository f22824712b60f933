package dev.deed.model.spec;

import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** Gives the tensors of a checked model by canonical name. */
public interface ParameterSource {
  /**
   * The tensor of a parameter that {@link ParameterTable} lists.
   *
   * @throws IllegalArgumentException when there is none
   */
  Tensor tensor(String canonicalName);

  /** How the weights of linear layers, embeddings and the head are to be held. */
  default WeightPrecision precision() {
    return WeightPrecision.FP32;
  }

  /** Where these weights are to lie. */
  default Arena memory() {
    return Arena.ofAuto();
  }

  /** The matrix of a layer, or a table, row-major. */
  default float[] weight(String name) {
    return tensor(Names.weight(name)).toFloats();
  }

  /** The bias of a layer, [outputs]; null where it has none. */
  default float @Nullable [] bias(String name, boolean there) {
    return there ? tensor(Names.bias(name)).toFloats() : null;
  }

  /** Packs rows as weights of this source. */
  default WeightMatrix pack(RowSource rows, int outputs, int inputs) {
    return KernelChoice.packing().pack(precision(), rows, outputs, inputs, memory());
  }

  /** Whether an optional parameter is there. */
  boolean holds(String canonicalName);
}
