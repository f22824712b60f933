package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.ThreadPool;

/**
 * Halves a grid: the four vectors of a square, one below the other, then the column to the right,
 * are normed together and projected to one of twice their width (Liu et al. 2021, arXiv 2103.14030,
 * section 3.1). A grid of odd height or width is filled up with zeros.
 */
public record PatchMerging(Norm norm, Linear projection) {
  /** Of the embedded patches and of merged ones, whatever the layers have. */
  public static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-5f);

  public static String norm(Names.Stack stage) {
    return stage.name() + ".merging.norm";
  }

  public static String projection(Names.Stack stage) {
    return stage.name() + ".merging.projection";
  }

  /**
   * Adds the parameters that {@link #read} reads.
   *
   * @param width of the vectors that are merged
   */
  public static void declare(ParameterList parameters, Names.Stack stage, int width) {
    parameters.norm(norm(stage), NORM, 4 * width);
    parameters.linear(projection(stage), 2 * width, 4 * width, false);
  }

  public static PatchMerging read(ParameterSource source, Names.Stack stage) {
    return new PatchMerging(
        Norm.read(source, norm(stage), NORM), Linear.read(source, projection(stage), false));
  }

  public FeatureMap apply(FeatureMap grid, ThreadPool pool) {
    int height = (grid.height() + 1) / 2;
    int width = (grid.width() + 1) / 2;
    int outputs = projection.outputs();
    float[] merged = new float[Math.multiplyExact(height * width, outputs)];
    pool.run(
        height,
        y -> {
          float[] squares = squares(grid, y, width);
          norm.apply(squares, width, squares);
          projection.apply(squares, width, merged, y * width, ThreadPool.ALONE);
        });
    return new FeatureMap(merged, height, width, outputs);
  }

  /** The squares of a row of the merged grid, [width, 4 · channels]. */
  private static float[] squares(FeatureMap grid, int y, int width) {
    int channels = grid.channels();
    float[] squares = new float[width * 4 * channels];
    for (int x = 0; x < width; x++) {
      for (int corner = 0; corner < 4; corner++) {
        int row = 2 * y + corner % 2;
        int column = 2 * x + corner / 2;
        if (row < grid.height() && column < grid.width()) {
          System.arraycopy(
              grid.values(),
              (row * grid.width() + column) * channels,
              squares,
              (4 * x + corner) * channels,
              channels);
        }
      }
    }
    return squares;
  }
}
