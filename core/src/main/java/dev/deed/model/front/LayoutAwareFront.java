package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderStack;
import dev.deed.model.Linear;
import dev.deed.model.spec.DocumentFront.LayoutAware;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Precision;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LaTr's input (Biten et al. 2021, arXiv 2112.12494, section 3): tokens with the vectors of their
 * boxes' coordinates, if there are boxes, and behind them what a picture's own encoder makes of it.
 *
 * @param tokens the decoder's table
 * @param coordinates [coordinates, width] of each of {@link LayoutAware#tables}
 * @param vision encoder of the picture; null when the model reads none
 * @param projection brings its output to the width of the text
 */
record LayoutAwareFront(
    LayoutAware spec,
    WeightMatrix tokens,
    List<float[]> coordinates,
    @Nullable EncoderStack vision,
    @Nullable Linear projection)
    implements Front {
  LayoutAwareFront {
    coordinates = List.copyOf(coordinates);
  }

  /** The parameters of the picture's encoder, under the names of an encoder that stands alone. */
  private record Nested(ParameterSource source) implements ParameterSource {
    @Override
    public Tensor tensor(String canonicalName) {
      return source.tensor(LayoutAware.visionName(canonicalName));
    }

    @Override
    public Precision precision() {
      return source.precision();
    }

    @Override
    public SegmentAllocator memory() {
      return source.memory();
    }

    @Override
    public boolean holds(String canonicalName) {
      return source.holds(LayoutAware.visionName(canonicalName));
    }
  }

  static LayoutAwareFront read(
      ParameterSource source, LayoutAware spec, WeightMatrix table, Decoder decoder) {
    List<float[]> coordinates = new ArrayList<>();
    for (LayoutAware.Coordinate coordinate : spec.tables()) {
      coordinates.add(source.tensor(coordinate.table() + ".weight").toFloats());
    }
    TransformerSpec.Encoder vision = spec.vision();
    return new LayoutAwareFront(
        spec,
        table,
        coordinates,
        vision == null ? null : EncoderStack.read(vision, new Nested(source), decoder),
        vision == null ? null : Linear.read(source, LayoutAware.PROJECTION, true));
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    int[] ids = input.tokens(spec.vocabulary());
    Embedded picture =
        vision != null && input.has(Part.PIXELS)
            ? vision.run(List.of(input), team).getFirst()
            : null;
    int positions = Math.addExact(ids.length, picture == null ? 0 : picture.positions());
    int width = tokens.inputs();
    float[] hidden = new float[Math.multiplyExact(positions, width)];
    for (int i = 0; i < ids.length; i++) {
      tokens.copyRow(ids[i], hidden, i * width);
    }
    if (input.has(Part.BOXES)) {
      float[] boxes = input.require(Part.BOXES, ids.length, BoxCoordinates.SIDES).numbers();
      addCoordinates(spec.coordinates(boxes), hidden);
    }
    if (picture != null && projection != null) {
      projection.apply(picture.hidden(), picture.positions(), hidden, ids.length, team);
    }
    return Embedded.of(hidden, width);
  }

  /**
   * @param values whole numbers [tokens, {@link LayoutAware.Coordinate}s]; −1 for none
   */
  private void addCoordinates(int[] values, float[] hidden) {
    int width = tokens.inputs();
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= 0) {
        float[] table = coordinates.get(i % coordinates.size());
        int row = i / coordinates.size();
        KernelChoice.kernels().add(hidden, row * width, table, values[i] * width, width);
      }
    }
  }
}
