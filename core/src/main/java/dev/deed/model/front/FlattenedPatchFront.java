package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.Set;

/**
 * Flattened patches of a picture through one linear projection, with a learned vector for their row
 * and one for their column (Pix2Struct, Lee et al. 2022, arXiv 2210.03347). Patches of row 0 are
 * padding: they stand last and nothing attends to them.
 *
 * @param values of a patch
 * @param places rows of each of the two tables
 */
public record FlattenedPatchFront(int values, int places) implements EncoderFront {
  public static final String ROWS = "encoder.rows";
  public static final String COLUMNS = "encoder.columns";

  /** Row and column before the values of a patch. */
  private static final int PLACE = 2;

  @Override
  public Set<Part> reads() {
    return Set.of(Part.PATCHES);
  }

  @Override
  public int mediaPositions() {
    return places;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.linear(PatchProjection.NAME, stack.width(), values, true);
    parameters.table(ROWS, Role.POSITION, places, stack.width());
    parameters.table(COLUMNS, Role.POSITION, places, stack.width());
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Linear projection = Linear.read(source, PatchProjection.NAME, true);
    float[] rows = source.weight(ROWS);
    float[] columns = source.weight(COLUMNS);
    int stride = PLACE + values;
    return (input, pool) -> {
      Values given = input.require(Part.PATCHES, -1, stride);
      float[] patches = given.numbers();
      int count = given.shape().getFirst();
      int visible = visible(patches, count, stride);
      int width = projection.outputs();
      float[] hidden = new float[Math.multiplyExact(count, width)];
      projection
          .weight()
          .multiply(
              new FloatRows(patches, PLACE, stride, count),
              projection.bias(),
              FloatRows.of(hidden, width, count),
              pool);
      for (int i = 0; i < count; i++) {
        int row = place(patches[i * stride], "row");
        int column = place(patches[i * stride + 1], "column");
        KernelChoice.kernels().add(hidden, i * width, rows, row * width, width);
        KernelChoice.kernels().add(hidden, i * width, columns, column * width, width);
      }
      return new Embedded(hidden, count, visible, null);
    };
  }

  /** How many patches stand before the padding. */
  private static int visible(float[] patches, int count, int stride) {
    int visible = 0;
    while (visible < count && patches[visible * stride] != 0) {
      visible++;
    }
    for (int i = visible; i < count; i++) {
      if (patches[i * stride] != 0) {
        throw new InputException(
            Part.PATCHES.tensorName(),
            "has a patch behind padding, at " + i,
            "put all rows that begin with 0 last");
      }
    }
    if (visible == 0) {
      throw new InputException(
          Part.PATCHES.tensorName(), "holds no patch", "count rows and columns from 1");
    }
    return visible;
  }

  private int place(float value, String side) {
    if (!(value >= 0 && value < places)) {
      throw new InputException(
          Part.PATCHES.tensorName(),
          "puts a patch in " + side + " " + value,
          "the model knows 0.." + (places - 1));
    }
    return (int) value;
  }
}
