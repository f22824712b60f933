package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
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
        GatedProjections.in(source, names, spec),
        GatedProjections.gate(source, names, spec),
        spec.innerNorm() ? Norm.read(source, names.innerNorm(), stack.norm()) : null,
        stack.layerScale()
            ? Linear.scaled(source, names.out(), spec.bias(), names.scale())
            : Linear.read(source, names.out(), spec.bias()),
        spec.outputNorm() ? Norm.read(source, names.outputNorm(), stack.norm()) : null);
  }

  /** x [rows, width] to y [rows, width]. */
  public void apply(float[] x, int rows, float[] y, Workspace workspace, WorkerTeam team) {
    int width = spec.width();
    int count = rows * width;
    float[] inner = workspace.get(Purpose.INNER, count);
    in.apply(x, rows, inner, team);
    float[] activated = inner;
    if (gate == null) {
      team.share(
          rows,
          Norm.leastRows(width),
          (first, end) ->
              KernelChoice.kernels()
                  .activate(spec.activation(), inner, first * width, (end - first) * width));
    } else {
      float[] gated = workspace.get(Purpose.GATE, count);
      gate.apply(x, rows, gated, team);
      team.share(
          rows,
          Norm.leastRows(width),
          (first, end) ->
              KernelChoice.kernels()
                  .activateAndMultiply(
                      spec.activation(),
                      gated,
                      first * width,
                      inner,
                      first * width,
                      (end - first) * width));
      activated = gated;
    }
    if (innerNorm != null) {
      innerNorm.apply(activated, rows, activated, team);
    }
    out.apply(activated, rows, y, team);
    if (outputNorm != null) {
      outputNorm.apply(y, rows, y, team);
    }
  }
}
