package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import org.jspecify.annotations.Nullable;

/**
 * What follows the heads of an attention: their scales, folded into the projection when the model
 * is opened, the projection, and NormFormer's norm.
 */
public record AttentionOutput(Linear projection, @Nullable Norm norm) {
  /** Reads {@code NAME.output} and what belongs to it. */
  public static AttentionOutput read(ParameterSource source, String name, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    return new AttentionOutput(
        projection(source, name, stack),
        spec.outputNorm() ? Norm.read(source, name + ".output_norm", stack.norm()) : null);
  }

  private static Linear projection(ParameterSource source, String name, StackSpec stack) {
    AttentionSpec spec = stack.attention();
    boolean bias = spec.biases().output();
    if (spec.headScales()) {
      return headsScaled(source, name, spec);
    }
    return stack.layerScale()
        ? Linear.scaled(source, name + ".output", bias, name + "_scale")
        : Linear.read(source, name + ".output", bias);
  }

  private static Linear headsScaled(ParameterSource source, String name, AttentionSpec spec) {
    float[] scales = source.tensor(name + ".head_scales").toFloats();
    Tensor weight = source.tensor(name + ".output.weight");
    int inputs = spec.width();
    return new Linear(
        KernelChoice.packing()
            .pack(
                source.precision(),
                (first, count, target) -> {
                  weight.read((long) first * inputs, target, 0, count * inputs);
                  for (int i = 0; i < count * inputs; i++) {
                    target[i] *= scales[i % inputs / spec.headWidth()];
                  }
                },
                weight.shape().getFirst(),
                inputs,
                source.memory()),
        spec.biases().output() ? source.tensor(name + ".output.bias").toFloats() : null);
  }

  /** The heads' outputs side by side, [rows, heads · head width], to y [rows, width]. */
  public void apply(float[] attended, int rows, float[] y, WorkerTeam team) {
    projection.apply(attended, rows, y, team);
    if (norm != null) {
      norm.apply(y, rows, y, team);
    }
  }
}
