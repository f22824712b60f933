package dev.deed.model.front;

import java.util.List;

/**
 * A residual network without its classifier (He et al. 2016, arXiv 1512.03385), each convolution
 * followed by batch norm: a 7×7 convolution and a max pool, both of stride 2, then stages, all but
 * the first of which halve the picture in the first 3×3 convolution of their first block.
 *
 * @param stem channels of the first convolution
 * @param kind what blocks are made of
 * @param stages at least one
 * @param epsilon of the batch norms
 */
public record ResNetSpec(int stem, ResidualStage.Kind kind, List<Stage> stages, float epsilon) {
  public static final int COLOURS = 3;

  public ResNetSpec {
    stages = List.copyOf(stages);
  }

  /** Blocks of equal width, with {@code planes} channels inside. */
  public record Stage(int planes, int blocks) {}

  /** The shape of a stage, counted from 0. */
  ResidualStage.Spec stage(int number) {
    int inputs = number == 0 ? stem : stage(number - 1).channels();
    int stride = number == 0 ? 1 : 2;
    Stage one = stages.get(number);
    ResidualStage.Spec spec =
        new ResidualStage.Spec(kind, inputs, one.planes, one.blocks, stride, true);
    return stride > 1 || inputs != spec.channels()
        ? spec
        : new ResidualStage.Spec(kind, inputs, one.planes, one.blocks, stride, false);
  }

  /** Channels that come out. */
  public int channels() {
    return stage(stages.size() - 1).channels();
  }

  /** Rows (columns) of the grid that comes out of {@code pixels} rows (columns). */
  public int grid(int pixels) {
    int size = pixels;
    for (int halving = 0; halving < 1 + stages.size(); halving++) {
      size = (size + 1) / 2;
    }
    return size;
  }
}
