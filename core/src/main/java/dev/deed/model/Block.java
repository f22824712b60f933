package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;

/** A part of a layer (attention or feed-forward) with its norm and its residual connection. */
public record Block(Norm norm, boolean preNorm) {
  static Block read(ParameterSource source, String norm, StackSpec stack) {
    return new Block(Norm.read(source, norm, stack.norm()), stack.preNorm());
  }

  /** The inner computation of a block. */
  @FunctionalInterface
  public interface Inner {
    /** Reads [rows, width] and writes [rows, width]. */
    void apply(float[] x, float[] y);
  }

  /** {@code h += inner(norm(h))}, or after Vaswani et al. 2017 {@code h = norm(h + inner(h))}. */
  public void apply(
      float[] hidden, int rows, int width, Workspace workspace, ThreadPool pool, Inner inner) {
    float[] output = workspace.get(Purpose.BLOCK_OUTPUT, rows * width);
    inner.apply(input(hidden, rows, width, workspace, pool), output);
    add(output, hidden, rows, width, pool);
  }

  /** What follows the inner computation: the residual connection, and the norm behind it. */
  void add(float[] output, float[] hidden, int rows, int width, ThreadPool pool) {
    addRows(hidden, output, rows, width, pool);
    if (!preNorm) {
      norm.apply(hidden, rows, hidden, pool);
    }
  }

  /** Adds rows to others, both [rows, width]. */
  public static void addRows(float[] hidden, float[] added, int rows, int width, ThreadPool pool) {
    pool.share(
        rows,
        Norm.leastRows(width),
        (first, end) ->
            KernelChoice.kernels()
                .add(hidden, first * width, added, first * width, (end - first) * width));
  }

  /** What the inner computation reads. */
  public float[] input(float[] hidden, int rows, int width, Workspace workspace, ThreadPool pool) {
    if (!preNorm) {
      return hidden;
    }
    float[] normed = workspace.get(Purpose.NORMED, rows * width);
    norm.apply(hidden, rows, normed, pool);
    return normed;
  }
}
