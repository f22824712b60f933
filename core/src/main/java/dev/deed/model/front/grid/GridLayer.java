package dev.deed.model.front.grid;

import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;

/**
 * A layer of a vision transformer on a grid: attention within windows, or of all cells to each
 * other where a window is as large as the grid, and a feed-forward network (Li et al. 2022, arXiv
 * 2203.16527, section 3; SAM). Immutable.
 */
public record GridLayer(WindowAttention attention, GridForward forward) {
  /** The names of a layer. */
  public record Called(String name) {
    public String attentionNorm() {
      return name + ".attention_norm";
    }

    private String attention() {
      return name + ".attention";
    }

    /** Queries, keys and values in one matrix. */
    public String projection() {
      return FusedAttention.projectionName(attention());
    }

    public String output() {
      return FusedAttention.outputName(attention());
    }

    /** Tensor of what distances down add. */
    public String down() {
      return PlaceBias.downName(attention());
    }

    public String across() {
      return PlaceBias.acrossName(attention());
    }

    public Names.FeedForward forward() {
      return new Names.FeedForward(name + ".forward");
    }
  }

  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param window edge of a window in cells
   * @param distances whether distances add to scores
   */
  public static void declare(
      ParameterList parameters, Called names, StackSpec stack, int window, boolean distances) {
    parameters.norm(names.attentionNorm(), stack.norm(), stack.width());
    FusedAttention.declare(
        parameters, names.attention(), stack.width(), stack.attention().biases().query());
    if (distances) {
      PlaceBias.declare(parameters, names.attention(), window, stack.attention().headWidth());
    }
    parameters.feedForward(names.forward(), stack);
  }

  public static GridLayer read(
      ParameterSource source, Called names, StackSpec stack, int window, boolean distances) {
    FusedAttention attention =
        FusedAttention.read(
            source,
            names.attention(),
            stack.attention().heads(),
            stack.attention().biases().query(),
            distances ? PlaceBias.read(source, names.attention(), window) : null);
    return new GridLayer(
        new WindowAttention(
            Norm.read(source, names.attentionNorm(), stack.norm()), attention, window),
        GridForward.read(source, names.forward(), stack));
  }

  /** Changes the grid in place. */
  public void apply(FeatureMap grid, WorkerTeam team) {
    attention.addTo(grid, team);
    forward.addTo(grid, team);
  }
}
