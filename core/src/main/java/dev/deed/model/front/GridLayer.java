package dev.deed.model.front;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;

/**
 * A layer of a vision transformer on a grid: attention within windows, or of all cells to each
 * other where a window is as large as the grid, and a feed-forward network (Li et al. 2022, arXiv
 * 2203.16527, section 3; SAM). Immutable.
 */
record GridLayer(WindowAttention attention, GridForward forward) {
  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param window edge of a window in cells
   * @param distances whether distances add to scores
   */
  public static void declare(
      ParameterList parameters, Names.Layer names, StackSpec stack, int window, boolean distances) {
    WindowAttention.declare(parameters, names.self(), stack);
    if (distances) {
      PlaceBias.declare(parameters, names.self(), window, stack.attention().headWidth());
    }
    parameters.feedForward(names.feedForward(), stack);
  }

  public static GridLayer read(
      ParameterSource source, Names.Layer names, StackSpec stack, int window, boolean distances) {
    PlaceBias bias = distances ? PlaceBias.read(source, names.self(), window) : null;
    return new GridLayer(
        WindowAttention.read(source, names.self(), stack, bias, window),
        GridForward.read(source, names.feedForward(), stack));
  }

  /** Changes the grid in place. */
  public void apply(FeatureMap grid, ThreadPool pool) {
    attention.addTo(grid, pool);
    forward.addTo(grid, pool);
  }
}
