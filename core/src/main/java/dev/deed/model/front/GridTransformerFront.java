package dev.deed.model.front;

import dev.deed.files.Interruption;
import dev.deed.model.EncoderLayer;
import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SAM's vision transformer (Kirillov et al. 2023, arXiv 2304.02643, appendix A) with the neck and
 * the projector of PP-FormulaNet: patches of a square picture stay a grid through all layers, most
 * of which attend within windows; convolutions then narrow it and quarter it each way.
 *
 * @param patches what the picture is cut into
 * @param stack of the layers, without a final norm
 * @param windows edge of a window in each layer, in patches; {@link #grid} where all see each other
 * @param positions whether each patch has a learned vector of its place
 * @param distances whether distances add to scores
 * @param convolved channels of the convolutions
 */
public record GridTransformerFront(
    Patches patches,
    StackSpec stack,
    List<Integer> windows,
    boolean positions,
    boolean distances,
    Channels convolved)
    implements EncoderFront {
  /**
   * A square picture as patches.
   *
   * @param channels of the picture
   * @param side of the picture in pixels
   * @param edge of a patch in pixels
   */
  public record Patches(int channels, int side, int edge) {}

  /**
   * Channels of the convolutions.
   *
   * @param neck behind the layers
   * @param middle between the last two
   * @param outer behind them
   */
  public record Channels(int neck, int middle, int outer) {}

  /** Tensor of the vectors of places. */
  public static final String POSITIONS = "encoder.grid_positions";

  public static final String NECK_IN = "encoder.neck_in";
  public static final String NECK_IN_NORM = "encoder.neck_in_norm";
  public static final String NECK_OUT = "encoder.neck_out";
  public static final String NECK_OUT_NORM = "encoder.neck_out_norm";
  public static final String SHRINKING_IN = "encoder.shrinking_in";
  public static final String SHRINKING_OUT = "encoder.shrinking_out";
  public static final String PROJECTION_IN = "encoder.projection_in";
  public static final String PROJECTION_OUT = "encoder.projection_out";

  /** The layers. */
  public static final Names.Stack GRID = new Names.Stack("encoder.grid");

  /** Of the neck, whatever the layers have. */
  private static final NormSpec NECK_NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-6f);

  public GridTransformerFront {
    windows = List.copyOf(windows);
  }

  /** Patches on an edge of the picture. */
  public int grid() {
    return patches.side / patches.edge;
  }

  /**
   * A convolution behind the layers.
   *
   * @param inputs channels that go in
   * @param norm of each vector behind it; null for none
   */
  private record Narrowing(
      String name, int inputs, ConvolutionShape shape, @Nullable String norm) {}

  private List<Narrowing> narrowings() {
    ConvolutionShape neckIn = ConvolutionShape.square(convolved.neck, 1, 1);
    ConvolutionShape neckOut = ConvolutionShape.square(convolved.neck, 3, 1);
    ConvolutionShape shrinkingIn = ConvolutionShape.square(convolved.middle, 3, 2);
    ConvolutionShape shrinkingOut = ConvolutionShape.square(convolved.outer, 3, 2);
    return List.of(
        new Narrowing(NECK_IN, stack.width(), neckIn, NECK_IN_NORM),
        new Narrowing(NECK_OUT, convolved.neck, neckOut, NECK_OUT_NORM),
        new Narrowing(SHRINKING_IN, convolved.neck, shrinkingIn, null),
        new Narrowing(SHRINKING_OUT, convolved.middle, shrinkingOut, null));
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.PIXELS);
  }

  @Override
  public int mediaPositions() {
    int rows = grid();
    for (Narrowing narrowing : narrowings()) {
      rows = narrowing.shape.outputHeight(rows);
    }
    return rows * rows;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec encoder) {
    PatchProjection.declare(
        parameters, stack.width(), patches.channels, patches.edge, patches.edge);
    if (positions) {
      parameters.add(POSITIONS, Role.POSITION, 1, grid(), grid(), stack.width());
    }
    for (int i = 0; i < windows.size(); i++) {
      GridLayer.declare(parameters, GRID.layer(i), stack, windows.get(i), distances);
    }
    for (Narrowing narrowing : narrowings()) {
      Convolution.declarePlain(
          parameters, narrowing.name, narrowing.inputs, narrowing.shape, false);
      if (narrowing.norm != null) {
        parameters.norm(narrowing.norm, NECK_NORM, narrowing.shape.channels());
      }
    }
    parameters.linear(PROJECTION_IN, convolved.outer, convolved.outer, true);
    parameters.linear(PROJECTION_OUT, encoder.width(), convolved.outer, true);
  }

  @Override
  public int layers() {
    return windows.size();
  }

  @Override
  public Weights read(ParameterSource source, StackSpec encoder, Shared shared) {
    PatchProjection projection =
        PatchProjection.read(source, patches.channels, patches.side, patches.side, patches.edge);
    float[] places = positions ? source.tensor(POSITIONS).toFloats() : new float[0];
    List<GridLayer> layers = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      layers.add(GridLayer.read(source, GRID.layer(i), stack, windows.get(i), distances));
    }
    List<Step> steps = new ArrayList<>();
    for (Narrowing spec : narrowings()) {
      steps.add(
          new Step(
              Convolution.readPlain(source, spec.name, spec.inputs, spec.shape, false),
              spec.norm == null ? null : Norm.read(source, spec.norm, NECK_NORM)));
    }
    Linear in = Linear.read(source, PROJECTION_IN, true);
    Linear out = Linear.read(source, PROJECTION_OUT, true);
    return (input, pool) -> {
      float[] cells = new float[Math.multiplyExact(grid() * grid(), stack.width())];
      projection.apply(pixels(input), cells, 0, pool);
      KernelChoice.kernels().add(cells, 0, places, 0, places.length);
      FeatureMap grid = new FeatureMap(cells, grid(), grid(), stack.width());
      for (GridLayer layer : layers) {
        Interruption.check(EncoderLayer.HALF_ENCODED);
        layer.apply(grid, pool);
      }
      for (Step step : steps) {
        grid = step.apply(grid, pool);
      }
      float[] inner = in.apply(grid.values(), grid.positions(), pool);
      return Embedded.of(out.apply(inner, grid.positions(), pool), out.outputs());
    };
  }

  private float[] pixels(EncoderInput input) {
    return input.require(Part.PIXELS, patches.channels, patches.side, patches.side).numbers();
  }

  /** A convolution with its weights, and the norm of each vector behind it, if any. */
  private record Step(Convolution convolution, @Nullable Norm norm) {
    FeatureMap apply(FeatureMap grid, ThreadPool pool) {
      FeatureMap next = convolution.apply(grid, pool);
      if (norm != null) {
        norm.apply(next.values(), next.positions(), next.values(), pool);
      }
      return next;
    }
  }
}
