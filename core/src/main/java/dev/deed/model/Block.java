package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.tensor.Kernels;

/** A part of a layer (attention or feed-forward) with its norm and its residual connection. */
record Block(Norm norm, boolean preNorm) {
  /** The inner computation of a block. */
  @FunctionalInterface
  interface Inner {
    /** Reads [rows, width] and writes [rows, width]. */
    void apply(float[] x, float[] y);
  }

  /** {@code h += inner(norm(h))}, or after Vaswani et al. 2017 {@code h = norm(h + inner(h))}. */
  void apply(float[] hidden, int rows, int width, Workspace workspace, Inner inner) {
    float[] output = workspace.get(Purpose.BLOCK_OUTPUT, rows * width);
    inner.apply(input(hidden, rows, width, workspace), output);
    Kernels.active().add(hidden, 0, output, 0, rows * width);
    if (!preNorm) {
      norm.apply(hidden, rows, hidden);
    }
  }

  /** What the inner computation reads. */
  float[] input(float[] hidden, int rows, int width, Workspace workspace) {
    if (!preNorm) {
      return hidden;
    }
    float[] normed = workspace.get(Purpose.NORMED, rows * width);
    norm.apply(hidden, rows, normed);
    return normed;
  }
}
