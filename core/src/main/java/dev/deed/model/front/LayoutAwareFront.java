package dev.deed.model.front;

import dev.deed.model.EncoderStack;
import dev.deed.model.Linear;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens, perhaps with boxes on a page, each coordinate through a table of its own, and what a
 * picture's own encoder makes of it behind them (LaTr, Biten et al. 2021, arXiv 2112.12494, section
 * 3). Boxes are [x0, y0, x1, y1] in thousandths of the page, whole numbers; a token with the box 0
 * 0 0 0 has no place (a question's words) and gets no coordinates, nor does any where there are no
 * boxes. The picture may be missing.
 *
 * @param vocabulary rows of the token table
 * @param rows of each table of coordinates; 0 when the model reads no boxes
 * @param vision encoder of the picture; null when the model reads none
 */
public record LayoutAwareFront(int vocabulary, int rows, TransformerSpec.@Nullable Encoder vision)
    implements EncoderFront {
  /** The linear layer between the picture's encoder and the text's. */
  public static final String PROJECTION = "encoder.vision_projection";

  /** What takes the encoder's place in the names of the picture's encoder. */
  public static final String VISION = "encoder.vision";

  /** Values of a box: x0, y0, x1, y1. */
  private static final int SIDES = 4;

  private static final String TABLES = "encoder.layout";

  /** What a box is described by, in the order of its tables. */
  public enum Coordinate {
    X0,
    Y0,
    X1,
    Y1,
    WIDTH,
    HEIGHT;

    public String table() {
      return TABLES + "." + name().toLowerCase(Locale.ROOT);
    }
  }

  /** The coordinates that have a table: all, or none. */
  public List<Coordinate> tables() {
    return rows == 0 ? List.of() : List.of(Coordinate.values());
  }

  /** The name of a parameter of the picture's encoder, by its name in an encoder alone. */
  public static String visionName(String name) {
    return VISION + name.substring(Names.ENCODER.name().length());
  }

  /** The name in an encoder alone of a parameter of the picture's encoder. */
  public static String aloneName(String visionName) {
    return Names.ENCODER.name() + visionName.substring(VISION.length());
  }

  /**
   * @param boxes [tokens, 4]
   * @return [tokens, {@link #tables}], each below {@link #rows}; −1 where there is no place
   * @throws dev.deed.value.InputException when a box is no box of a page
   */
  public int[] coordinates(float[] boxes) {
    if (rows == 0) {
      return new int[0];
    }
    int count = tables().size();
    int[] coordinates = new int[Math.multiplyExact(boxes.length / SIDES, count)];
    for (int token = 0; token < boxes.length / SIDES; token++) {
      int[] box = new int[SIDES];
      for (int side = 0; side < SIDES; side++) {
        float value = boxes[token * SIDES + side];
        if (!(value >= 0 && value < rows) || value != (int) value) {
          throw wrong(token, "holds " + value, "give whole numbers from 0 to " + (rows - 1));
        }
        box[side] = (int) value;
      }
      if (box[0] > box[2] || box[1] > box[3]) {
        throw wrong(token, "ends before it begins", "give x0, y0, x1, y1 with x0 ≤ x1 and y0 ≤ y1");
      }
      int at = token * count;
      if (Arrays.stream(box).allMatch(side -> side == 0)) {
        Arrays.fill(coordinates, at, at + count, -1);
      } else {
        System.arraycopy(box, 0, coordinates, at, SIDES);
        coordinates[at + Coordinate.WIDTH.ordinal()] = box[2] - box[0];
        coordinates[at + Coordinate.HEIGHT.ordinal()] = box[3] - box[1];
      }
    }
    return coordinates;
  }

  private static InputException wrong(int token, String why, String whatToDo) {
    return new InputException("bbox", "the box of token " + token + " " + why, whatToDo);
  }

  /** The coordinates of tokens without boxes, as {@link #coordinates(float[])} gives them. */
  public int[] nowhere(int tokens) {
    int[] coordinates = new int[tokens * tables().size()];
    Arrays.fill(coordinates, -1);
    return coordinates;
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.TOKENS);
  }

  @Override
  public Set<Part> mayRead() {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    if (rows > 0) {
      parts.add(Part.BOXES);
    }
    if (vision != null) {
      parts.addAll(vision.front().reads());
    }
    return parts;
  }

  @Override
  public int pageSide() {
    return rows == 0 ? 0 : 1000;
  }

  @Override
  public int mediaPositions() {
    return vision == null ? 0 : vision.front().mediaPositions();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    for (Coordinate coordinate : tables()) {
      parameters.table(coordinate.table(), Role.POSITION, rows, stack.width());
    }
    if (vision != null) {
      parameters.addRenamed(ParameterTable.of(vision), LayoutAwareFront::visionName);
      parameters.linear(PROJECTION, stack.width(), vision.stack().width(), true);
    }
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    WeightMatrix tokens = shared.tokens();
    List<float[]> coordinates =
        tables().stream().map(coordinate -> source.weight(coordinate.table())).toList();
    EncoderStack picture =
        vision == null ? null : new EncoderStack(vision, new NestedParameters(source), shared);
    Linear projection = vision == null ? null : Linear.read(source, PROJECTION, true);
    return (input, pool) -> {
      int[] ids = input.tokens(vocabulary);
      Embedded seen = picture != null && input.has(Part.PIXELS) ? picture.run(input, pool) : null;
      int positions = Math.addExact(ids.length, seen == null ? 0 : seen.positions());
      int width = tokens.inputs();
      float[] hidden = new float[Math.multiplyExact(positions, width)];
      for (int i = 0; i < ids.length; i++) {
        tokens.copyRow(ids[i], hidden, i * width);
      }
      if (input.has(Part.BOXES)) {
        float[] boxes = input.require(Part.BOXES, ids.length, SIDES).numbers();
        addCoordinates(coordinates(boxes), coordinates, width, hidden);
      }
      if (seen != null && projection != null) {
        projection.apply(seen.hidden(), seen.positions(), hidden, ids.length, pool);
      }
      return Embedded.of(hidden, width);
    };
  }

  /**
   * @param values whole numbers [tokens, {@link Coordinate}s]; −1 for none
   * @param vectors [coordinates, width] of each of {@link #tables}
   */
  private static void addCoordinates(
      int[] values, List<float[]> vectors, int width, float[] hidden) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= 0) {
        float[] table = vectors.get(i % vectors.size());
        int row = i / vectors.size();
        KernelChoice.kernels().add(hidden, row * width, table, values[i] * width, width);
      }
    }
  }
}
