package dev.deed.model.front;

import dev.deed.checkpoint.InputException;
import dev.deed.model.Interruption;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.front.grid.FeatureMap;
import dev.deed.model.front.grid.PatchMerging;
import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.front.grid.WindowLayer;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Swin transformer: embedded patches, then stages of layers on ever smaller grids. */
record WindowFront(
    EncoderFront.ShiftedWindows spec, Linear projection, Norm norm, List<Stage> stages)
    implements Front {
  WindowFront {
    stages = List.copyOf(stages);
  }

  /** The layers of one grid. */
  private record Stage(List<WindowLayer> layers, @Nullable PatchMerging merging) {
    Stage {
      layers = List.copyOf(layers);
    }

    static Stage read(
        ParameterSource source, String name, EncoderFront.ShiftedWindows.Stage spec, int window) {
      List<WindowLayer> layers = new ArrayList<>();
      for (int i = 0; i < spec.stack().layers(); i++) {
        int shift = i % 2 == 0 ? 0 : window / 2;
        layers.add(WindowLayer.read(source, name + ".layers." + i, spec.stack(), window, shift));
      }
      return new Stage(layers, spec.merges() ? PatchMerging.read(source, name + ".merging") : null);
    }

    FeatureMap apply(FeatureMap grid, WorkerTeam team) {
      for (WindowLayer layer : layers) {
        Interruption.check();
        layer.apply(grid, team);
      }
      return merging == null ? grid : merging.apply(grid, team);
    }
  }

  static WindowFront read(ParameterSource source, EncoderFront.ShiftedWindows spec) {
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < spec.stages().size(); i++) {
      stages.add(Stage.read(source, "encoder.stages." + i, spec.stages().get(i), spec.window()));
    }
    return new WindowFront(
        spec,
        Linear.read(source, "encoder.patches", true),
        Norm.read(source, "encoder.patch_norm", EncoderFront.ShiftedWindows.NORM),
        stages);
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    FeatureMap grid = patches(input.require(Part.PIXELS, spec.channels(), -1, -1), team);
    for (Stage stage : stages) {
      grid = stage.apply(grid, team);
    }
    return Embedded.of(grid.values(), grid.channels());
  }

  private FeatureMap patches(Values pixels, WorkerTeam team) {
    int patchHeight = spec.patchHeight();
    int patchWidth = spec.patchWidth();
    int height = ceilDivide(pixels.shape().get(1), patchHeight);
    int width = ceilDivide(pixels.shape().get(2), patchWidth);
    requireWindows(pixels, height, width);
    Extent patch = new Extent(patchHeight, patchWidth);
    PictureUnfold unfold =
        new PictureUnfold(
            spec.channels(),
            new Extent(height * patchHeight, width * patchWidth),
            patch,
            patch,
            Extent.square(0));
    float[] hidden = new float[unfold.rows() * projection.outputs()];
    new PatchProjection(unfold, projection).apply(filledUp(pixels, unfold), hidden, 0, team);
    norm.apply(hidden, unfold.rows(), hidden);
    return new FeatureMap(hidden, height, width, projection.outputs());
  }

  /** The reference implementation knows no window that is larger than a grid. */
  private void requireWindows(Values pixels, int height, int width) {
    int side = Math.min(height, width);
    for (int i = 0; i < stages.size(); i++) {
      if (side < spec.window()) {
        throw new InputException(
            Part.PIXELS.tensorName(),
            "have the shape %s, which leaves stage %d %d patches on one side, a window has %d"
                .formatted(pixels.shape(), i + 1, side, spec.window()),
            "give a larger picture");
      }
      side = ceilDivide(side, 2);
    }
    long patchValues = (long) spec.channels() * spec.patchHeight() * spec.patchWidth();
    if ((double) height * width * Math.max(patchValues, spec.width()) > Integer.MAX_VALUE) {
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

  private static int ceilDivide(int size, int part) {
    return (size + part - 1) / part;
  }
}
