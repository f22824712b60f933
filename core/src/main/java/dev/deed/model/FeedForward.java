package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The position-wise feed-forward block of a layer, without norm and residual. */
public record FeedForward(
    FeedForwardSpec spec,
    Linear in,
    @Nullable Linear gate,
    @Nullable Norm innerNorm,
    Linear out,
    @Nullable Norm outputNorm) {
  public static FeedForward read(ParameterSource source, Names.FeedForward names, StackSpec stack) {
    FeedForwardSpec spec = stack.feedForward();
    return new FeedForward(
        spec,
        spec.joined()
            ? part(source, names.in(), spec, 0)
            : Linear.read(source, names.in(), spec.bias()),
        gate(source, names, spec),
        spec.innerNorm() ? Norm.read(source, names.innerNorm(), stack.norm()) : null,
        stack.layerScale()
            ? Linear.scaled(source, names.out(), spec.bias(), names.scale())
            : Linear.read(source, names.out(), spec.bias()),
        spec.outputNorm() ? Norm.read(source, names.outputNorm(), stack.norm()) : null);
  }

  /** The projection that is activated and multiplied; null for none. */
  private static @Nullable Linear gate(
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

  /** x [rows, width] to y [rows, width]. */
  public void apply(float[] x, int rows, float[] y, Workspace workspace, ThreadPool pool) {
    int width = spec.width();
    int count = rows * width;
    float[] inner = workspace.get(Purpose.INNER, count);
    in.apply(x, rows, inner, pool);
    float[] gated = gate == null ? inner : workspace.get(Purpose.GATE, count);
    if (gate != null) {
      gate.apply(x, rows, gated, pool);
    }
    pool.share(
        rows,
        Norm.leastRows(width),
        (first, end) -> activate(gated, inner, first * width, (end - first) * width));
    if (innerNorm != null) {
      innerNorm.apply(gated, rows, gated, pool);
    }
    out.apply(gated, rows, y, pool);
    if (outputNorm != null) {
      outputNorm.apply(y, rows, y, pool);
    }
  }

  /** Activates values, and multiplies them with those of another array, if there is one. */
  private void activate(float[] gated, float[] inner, int from, int count) {
    if (gated == inner) {
      KernelChoice.kernels().activate(spec.activation(), inner, from, count);
    } else {
      KernelChoice.kernels()
          .activateAndMultiply(spec.activation(), gated, from, inner, from, count);
    }
  }
}
