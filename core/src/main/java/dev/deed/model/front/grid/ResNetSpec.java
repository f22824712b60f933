package dev.deed.model.front.grid;

import java.util.List;

/**
 * A residual network of bottlenecks without its classifier (He et al. 2016, arXiv 1512.03385), each
 * convolution followed by batch norm: a 7×7 convolution and a max pool, both of stride 2, then
 * stages, all but the first of which halve the picture in the 3×3 convolution of their first
 * bottleneck.
 *
 * @param stem channels of the first convolution
 * @param stages at least one
 * @param epsilon of the batch norms
 */
public record ResNetSpec(int stem, List<Stage> stages, float epsilon) {
  public static final int COLOURS = 3;

  private static final int EXPANSION = 4;

  public ResNetSpec {
    stages = List.copyOf(stages);
  }

  /** Bottlenecks of equal width, with {@code planes} channels inside. */
  public record Stage(int planes, int blocks) {
    /** Channels that come out of a bottleneck. */
    public int channels() {
      return EXPANSION * planes;
    }
  }

  /** Channels that come out. */
  public int channels() {
    return stages.getLast().channels();
  }

  /** Rows (columns) of the grid that comes out of {@code pixels} rows (columns). */
  public int grid(int pixels) {
    int size = pixels;
    for (int halving = 0; halving < 1 + stages.size(); halving++) {
      size = (size + 1) / 2;
    }
    return size;
  }

  int stride(int stage) {
    return stage == 0 ? 1 : 2;
  }

  /** Channels that enter a bottleneck. */
  int inputs(int stage, int block) {
    if (block > 0) {
      return stages.get(stage).channels();
    }
    return stage == 0 ? stem : stages.get(stage - 1).channels();
  }

  /** Whether a bottleneck changes the shape, so that its residual needs a projection. */
  boolean projects(int stage, int block) {
    return block == 0 && (stride(stage) > 1 || inputs(stage, 0) != stages.get(stage).channels());
  }
}
