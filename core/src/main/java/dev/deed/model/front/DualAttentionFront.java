package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * DaViT (Ding et al. 2022, arXiv 2204.03645) and what brings its grid to the width of a text
 * (Florence-2, Xiao et al. 2023, arXiv 2311.06242): learned vectors of columns and rows, the first
 * of a table of sines for pictures in time, then the mean of all places and the places, projected
 * and normed. Reads pictures of any size whose grids have no more rows and columns than there are
 * vectors.
 *
 * @param channels of a picture
 * @param stages at least one
 * @param places rows of each of the two tables
 */
public record DualAttentionFront(int channels, List<DualAttentionStage.Spec> stages, int places)
    implements PicturePlaces {
  public static final String COLUMNS = "encoder.picture_columns";
  public static final String ROWS = "encoder.picture_rows";
  public static final String PROJECTION = "encoder.picture_projection";
  public static final String PROJECTION_NORM = "encoder.picture_projection_norm";

  private static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-5f);

  public DualAttentionFront {
    stages = List.copyOf(stages);
  }

  /** Channels of the last grid. */
  private int width() {
    return stages.getLast().width();
  }

  @Override
  public int layers() {
    return stages.stream().mapToInt(stage -> stage.blocks().layers()).sum();
  }

  @Override
  public int mediaPositions() {
    return places * places + 1;
  }

  @Override
  public int rows(EncoderInput input) {
    List<Integer> shape = input.require(Part.PIXELS, channels, -1, -1).shape();
    int rows = shape.get(1);
    int columns = shape.get(2);
    for (DualAttentionStage.Spec stage : stages) {
      rows = rows < 1 ? 0 : stage.embedding().outputHeight(rows);
      columns = columns < 1 ? 0 : stage.embedding().outputWidth(columns);
    }
    InputException.require(
        Math.min(rows, columns) >= 1 && Math.max(rows, columns) <= places,
        Part.PIXELS.tensorName(),
        "gives a grid of %d×%d, the model has vectors for 1..%d each way"
            .formatted(rows, columns, places),
        "give a picture of another size");
    return rows * columns + 1;
  }

  /** Channels that go into a stage. */
  private int inputs(int stage) {
    return stage == 0 ? channels : stages.get(stage - 1).width();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    for (int i = 0; i < stages.size(); i++) {
      DualAttentionStage.declare(parameters, Names.stage(i), inputs(i), stages.get(i));
    }
    int forRows = width() / 2;
    parameters.table(COLUMNS, Role.POSITION, places, width() - forRows);
    parameters.table(ROWS, Role.POSITION, places, forRows);
    parameters.linear(PROJECTION, stack.width(), width(), false);
    parameters.norm(PROJECTION_NORM, NORM, stack.width());
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    List<DualAttentionStage> weights = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      weights.add(DualAttentionStage.read(source, Names.stage(i), inputs(i), stages.get(i)));
    }
    float[] columns = source.weight(COLUMNS);
    float[] rows = source.weight(ROWS);
    Linear projection = Linear.read(source, PROJECTION, false);
    Norm norm = Norm.read(source, PROJECTION_NORM, NORM);
    return (input, pool) -> {
      int count = rows(input);
      FeatureMap grid = FeatureMap.of(input.require(Part.PIXELS, channels, -1, -1));
      for (DualAttentionStage stage : weights) {
        grid = stage.apply(grid, pool);
      }
      float[] placed = placed(grid, columns, rows);
      float[] hidden = projection.apply(placed, count, pool);
      norm.apply(hidden, count, hidden, pool);
      return Embedded.of(hidden, projection.outputs());
    };
  }

  /**
   * The mean of all places, and behind it the places, all with their positions.
   *
   * @param columns [places, width − width / 2]
   * @param rows [places, width / 2]
   */
  private static float[] placed(FeatureMap grid, float[] columns, float[] rows) {
    int width = grid.channels();
    int forRows = width / 2;
    int forColumns = width - forRows;
    float[] placed = new float[grid.values().length + width];
    System.arraycopy(grid.values(), 0, placed, width, grid.values().length);
    double[] sums = new double[width];
    for (int place = 0; place < grid.positions(); place++) {
      int at = (1 + place) * width;
      int column = place % grid.width();
      int row = place / grid.width();
      KernelChoice.kernels().add(placed, at, columns, column * forColumns, forColumns);
      KernelChoice.kernels().add(placed, at + forColumns, rows, row * forRows, forRows);
      // A picture is the first of its time: sines of 0 beside cosines.
      for (int i = 1; i < width; i += 2) {
        placed[at + i] += 1;
      }
      for (int i = 0; i < width; i++) {
        sums[i] += placed[at + i];
      }
    }
    for (int i = 0; i < width; i++) {
      placed[i] = (float) (sums[i] / grid.positions());
    }
    return placed;
  }
}
