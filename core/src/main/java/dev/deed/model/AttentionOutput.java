package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * What follows the heads of an attention: their scales, folded into the projection when the model
 * is opened, the projection, and NormFormer's norm.
 */
public record AttentionOutput(Linear projection, @Nullable Norm norm) {
  static AttentionOutput read(ParameterSource source, Names.Attention names, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    return new AttentionOutput(
        projection(source, names, stack),
        spec.outputNorm() ? Norm.read(source, names.outputNorm(), stack.norm()) : null);
  }

  private static Linear projection(ParameterSource source, Names.Attention names, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    boolean bias = spec.biases().output();
    if (spec.headScales()) {
      return headsScaled(source, names, spec);
    }
    return stack.layerScale()
        ? Linear.scaled(source, names.output(), bias, names.scale())
        : Linear.read(source, names.output(), bias);
  }

  private static Linear headsScaled(
      ParameterSource source, Names.Attention names, AttentionSpec spec) {
    float[] scales = source.tensor(names.headScales()).toFloats();
    Tensor weight = source.tensor(Names.weight(names.output()));
    int inputs = spec.width();
    RowSource rows =
        (first, count, target) -> {
          weight.read((long) first * inputs, target, 0, count * inputs);
          for (int i = 0; i < count * inputs; i++) {
            target[i] *= scales[i % inputs / spec.headWidth()];
          }
        };
    return new Linear(
        source.pack(rows, weight.shape().getFirst(), inputs),
        source.bias(names.output(), spec.biases().output()));
  }

  /** The heads' outputs side by side, [rows, heads · head width], to y [rows, width]. */
  public void apply(float[] attended, int rows, float[] y, ThreadPool pool) {
    projection.apply(attended, rows, y, pool);
    if (norm != null) {
      norm.apply(y, rows, y, pool);
    }
  }
}
