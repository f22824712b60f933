package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.RowSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the first projections of a feed-forward network are stored: each by itself, or as one. */
final class GatedProjections {
  private GatedProjections() {}

  static Linear in(ParameterSource source, Names.FeedForward names, FeedForwardSpec spec) {
    return spec.joined()
        ? part(source, names.in(), spec, 0)
        : Linear.read(source, names.in(), spec.bias());
  }

  /** The projection that is activated and multiplied; null for none. */
  static @Nullable Linear gate(
      ParameterSource source, Names.FeedForward names, FeedForwardSpec spec) {
    if (spec.joined()) {
      return part(source, names.in(), spec, spec.width());
    }
    return spec.gated() ? Linear.read(source, names.gate(), spec.bias()) : null;
  }

  /** One of two projections whose rows are stored as one matrix. */
  private static Linear part(
      ParameterSource source, String name, FeedForwardSpec spec, int firstRow) {
    Tensor weight = source.tensor(Names.weight(name));
    int inputs = weight.shape().getLast();
    RowSource all = Linear.rows(weight, inputs);
    float[] biases = source.bias(name, spec.bias());
    return new Linear(
        source.pack(
            (row, count, target) -> all.rows(firstRow + row, count, target), spec.width(), inputs),
        biases == null ? null : Arrays.copyOfRange(biases, firstRow, firstRow + spec.width()));
  }
}
