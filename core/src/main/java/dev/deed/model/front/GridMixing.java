package dev.deed.model.front;

import dev.deed.tensor.ThreadPool;

/** What lets the vectors of a grid look at each other. */
interface GridMixing {
  /** {@code grid += mixing(norm(grid))}, in place. */
  void addTo(FeatureMap grid, ThreadPool pool);
}
