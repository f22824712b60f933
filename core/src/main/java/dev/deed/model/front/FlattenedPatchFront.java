package dev.deed.model.front;

import dev.deed.checkpoint.InputException;
import dev.deed.model.Linear;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

/**
 * Flattened patches through one linear projection, with a learned vector for their row and one for
 * their column.
 *
 * @param rows [places, width]
 * @param columns [places, width]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FlattenedPatchFront(
    EncoderFront.FlattenedPatches spec, Linear projection, float[] rows, float[] columns)
    implements Front {
  /** Row and column before the values of a patch. */
  private static final int PLACE = 2;

  static FlattenedPatchFront read(ParameterSource source, EncoderFront.FlattenedPatches spec) {
    return new FlattenedPatchFront(
        spec,
        Linear.read(source, "encoder.patches", true),
        source.tensor("encoder.rows.weight").toFloats(),
        source.tensor("encoder.columns.weight").toFloats());
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    int stride = PLACE + spec.values();
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
            team);
    for (int i = 0; i < count; i++) {
      int row = place(patches[i * stride], "row");
      int column = place(patches[i * stride + 1], "column");
      KernelChoice.kernels().add(hidden, i * width, rows, row * width, width);
      KernelChoice.kernels().add(hidden, i * width, columns, column * width, width);
    }
    return new Embedded(hidden, count, visible, null);
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
    if (!(value >= 0 && value < spec.places())) {
      throw new InputException(
          Part.PATCHES.tensorName(),
          "puts a patch in " + side + " " + value,
          "the model knows 0.." + (spec.places() - 1));
    }
    return (int) value;
  }
}
