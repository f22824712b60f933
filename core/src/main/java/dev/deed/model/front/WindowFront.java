package dev.deed.model.front;

import dev.deed.files.Interruption;
import dev.deed.model.EncoderLayer;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Windows of patches that attend within themselves, shifted by half a window in every other layer,
 * in stages that each halve the map of patches (Swin, Liu et al. 2021, arXiv 2103.14030). Reads
 * pictures of any size whose maps are no smaller than a window.
 *
 * @param patchHeight rows of a patch in pixels
 * @param patchWidth columns of a patch in pixels
 * @param width of a patch's vector
 * @param window edge of a window in patches
 */
public record WindowFront(
    int channels, int patchHeight, int patchWidth, int width, int window, List<Stage> stages)
    implements EncoderFront {
  public WindowFront {
    stages = List.copyOf(stages);
  }

  /**
   * Layers of one map.
   *
   * @param stack its layers, without a final norm
   * @param merges whether squares of four vectors are then merged into one of twice the width
   */
  public record Stage(StackSpec stack, boolean merges) {}

  @Override
  public Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  @Override
  public int layers() {
    return stages.stream().mapToInt(stage -> stage.stack.layers()).sum();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    PatchProjection.declare(parameters, width, channels, patchHeight, patchWidth);
    parameters.norm(PatchProjection.NORM, PatchMerging.NORM, width);
    for (int i = 0; i < stages.size(); i++) {
      StackSpec layers = stages.get(i).stack;
      for (int layer = 0; layer < layers.layers(); layer++) {
        WindowLayer.declare(parameters, Names.stage(i).layer(layer), layers, window);
      }
      if (stages.get(i).merges) {
        PatchMerging.declare(parameters, Names.stage(i), layers.width());
      }
    }
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Linear projection = Linear.read(source, PatchProjection.NAME, true);
    Norm norm = Norm.read(source, PatchProjection.NORM, PatchMerging.NORM);
    List<StageWeights> weights = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      weights.add(StageWeights.read(source, Names.stage(i), stages.get(i), window));
    }
    return (input, pool) -> {
      Values pixels = input.require(Part.PIXELS, channels, -1, -1);
      FeatureMap grid = patches(pixels, projection, norm, pool);
      for (StageWeights stage : weights) {
        grid = stage.apply(grid, pool);
      }
      return Embedded.of(grid.values(), grid.channels());
    };
  }

  private record StageWeights(List<WindowLayer> layers, @Nullable PatchMerging merging) {
    StageWeights {
      layers = List.copyOf(layers);
    }

    static StageWeights read(ParameterSource source, Names.Stack names, Stage spec, int window) {
      List<WindowLayer> layers = new ArrayList<>();
      for (int i = 0; i < spec.stack.layers(); i++) {
        int shift = i % 2 == 0 ? 0 : window / 2;
        layers.add(WindowLayer.read(source, names.layer(i), spec.stack, window, shift));
      }
      return new StageWeights(layers, spec.merges ? PatchMerging.read(source, names) : null);
    }

    FeatureMap apply(FeatureMap grid, ThreadPool pool) {
      for (WindowLayer layer : layers) {
        Interruption.check(EncoderLayer.HALF_ENCODED);
        layer.apply(grid, pool);
      }
      return merging == null ? grid : merging.apply(grid, pool);
    }
  }

  private FeatureMap patches(Values pixels, Linear projection, Norm norm, ThreadPool pool) {
    int rows = Math.ceilDiv(pixels.shape().get(1), patchHeight);
    int columns = Math.ceilDiv(pixels.shape().get(2), patchWidth);
    requireWindows(pixels, rows, columns);
    Extent patch = new Extent(patchHeight, patchWidth);
    PictureUnfold unfold =
        new PictureUnfold(
            channels,
            new Extent(rows * patchHeight, columns * patchWidth),
            patch,
            patch,
            Extent.square(0));
    float[] hidden = new float[unfold.rows() * projection.outputs()];
    new PatchProjection(unfold, projection).apply(filledUp(pixels, unfold), hidden, 0, pool);
    norm.apply(hidden, unfold.rows(), hidden);
    return new FeatureMap(hidden, rows, columns, projection.outputs());
  }

  /** The reference implementation knows no window that is larger than a grid. */
  private void requireWindows(Values pixels, int rows, int columns) {
    int side = Math.min(rows, columns);
    for (int i = 0; i < stages.size(); i++) {
      if (side < window) {
        throw new InputException(
            Part.PIXELS.tensorName(),
            "have the shape %s, which leaves stage %d %d patches on one side, a window has %d"
                .formatted(pixels.shape(), i + 1, side, window),
            "give a larger picture");
      }
      side = Math.ceilDiv(side, 2);
    }
    long patchValues = (long) channels * patchHeight * patchWidth;
    if ((double) rows * columns * Math.max(patchValues, width) > Integer.MAX_VALUE) {
      throw new InputException(
          Part.PIXELS.tensorName(),
          "have the shape " + pixels.shape() + ", more than an array holds",
          "give a smaller picture");
    }
  }

  /** The picture with zeros at the right and at the bottom, up to whole patches. */
  private static float[] filledUp(Values pixels, PictureUnfold whole) {
    int height = pixels.shape().get(1);
    int width = pixels.shape().get(2);
    if (height == whole.picture().height() && width == whole.picture().width()) {
      return pixels.numbers();
    }
    float[] filled = new float[whole.rows() * whole.columns()];
    for (int channel = 0; channel < whole.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            pixels.numbers(),
            (channel * height + y) * width,
            filled,
            (channel * whole.picture().height() + y) * whole.picture().width(),
            width);
      }
    }
    return filled;
  }
}
