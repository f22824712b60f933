package dev.deed.model.front.grid;

import dev.deed.model.Norm;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

/** What lets the vectors of a grid look at each other. */
interface GridMixing {
  /** {@code grid += mixing(norm(grid))}, in place. */
  void addTo(FeatureMap grid, WorkerTeam team);

  /** Adds values of a grid's shape to it. */
  static void add(FeatureMap grid, float[] values, WorkerTeam team) {
    int width = grid.channels();
    team.share(
        grid.positions(),
        Norm.leastRows(width),
        (first, end) ->
            KernelChoice.kernels()
                .add(grid.values(), first * width, values, first * width, (end - first) * width));
  }
}
