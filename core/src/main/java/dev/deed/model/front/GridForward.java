package dev.deed.model.front;

import dev.deed.model.FeedForward;
import dev.deed.model.Norm;
import dev.deed.model.Workspace;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;

/** A feed-forward network on each vector of a grid, behind a norm. Immutable. */
record GridForward(Norm norm, FeedForward forward) implements GridMixing {
  /** Rows that run together: their inner vectors fit the processor's cache, or nearly so. */
  private static final int MOST_ROWS = 1024;

  static GridForward read(ParameterSource source, Names.FeedForward names, StackSpec stack) {
    return new GridForward(
        Norm.read(source, names.norm(), stack.norm()), FeedForward.read(source, names, stack));
  }

  @Override
  public void addTo(FeatureMap grid, ThreadPool pool) {
    int width = grid.channels();
    int all = grid.positions();
    int pieces = Math.ceilDiv(all, MOST_ROWS);
    int most = Math.ceilDiv(all, pieces);
    float[] rows = new float[Math.multiplyExact(most, width)];
    float[] added = new float[rows.length];
    Workspace workspace = new Workspace();
    for (int piece = 0; piece < pieces; piece++) {
      int first = ThreadPool.bound(piece, pieces, all);
      int count = ThreadPool.bound(piece + 1, pieces, all) - first;
      System.arraycopy(grid.values(), first * width, rows, 0, count * width);
      norm.apply(rows, count, rows, pool);
      forward.apply(rows, count, added, workspace, pool);
      KernelChoice.kernels().add(grid.values(), first * width, added, 0, count * width);
    }
  }
}
