package dev.deed.model.front;

import dev.deed.model.EncoderOutput;
import dev.deed.model.Linear;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the boxes of cells in the features of a table's picture: each cell's decoder state attends
 * to them, and what it sees, gated, becomes a box and a class (TableFormer, Nassar et al. 2022,
 * arXiv 2203.01017, section 4.2, as docling-ibm-models has it: without memory between cells). What
 * is the same for all cells is computed once. Immutable and safe for use from many threads.
 *
 * @param filter of the features
 * @param start of the vector h that stands for the whole picture
 * @param attention of a cell to the features
 * @param gate of what is seen, from h
 * @param classes of a cell, logits
 * @param boxes the layers between what is seen and a box
 */
public record BoxHead(
    ResidualStage filter,
    Linear start,
    Attention attention,
    Linear gate,
    Linear classes,
    List<Linear> boxes) {
  public static final String NAME = "boxes";
  public static final String FILTER = NAME + ".filter";
  public static final String START = NAME + ".start";
  public static final String SEEN = NAME + ".seen";
  public static final String STATE = NAME + ".state";
  public static final String WHOLE = NAME + ".whole";
  public static final String SCORE = NAME + ".score";
  public static final String GATE = NAME + ".gate";
  public static final String CLASSES = NAME + ".classes";

  /** The layers of the box, numbered from 0. */
  public static final String BOXES = NAME + ".box";

  /** Numbers of a box. */
  public static final int SIDES = 4;

  private static final int BOX_LAYERS = 3;

  /**
   * @param attention width of attention
   * @param inner width between the layers of a box
   * @param classes of cells
   */
  public record Spec(int attention, int inner, int classes) {}

  /**
   * Adds up to a score of a feature for a cell.
   *
   * @param seen of the features
   * @param state of a cell
   * @param whole of h
   * @param score weights of the sums, [1, attention width]
   */
  record Attention(Linear seen, Linear state, Linear whole, Linear score) {
    static Attention read(ParameterSource source) {
      return new Attention(
          Linear.read(source, SEEN, true),
          Linear.read(source, STATE, true),
          Linear.read(source, WHOLE, true),
          Linear.read(source, SCORE, true));
    }
  }

  /**
   * What was found, row-major.
   *
   * @param boxes centre x, centre y, width and height, each 0…1 of the table, [cells, 4]
   * @param classes logits, [cells, classes]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Found(float[] boxes, float[] classes) {
    /** The most probable class of each cell. */
    public int[] best() {
      int cells = boxes.length / SIDES;
      return IntStream.range(0, cells)
          .map(
              cell -> {
                int kinds = classes.length / cells;
                return KernelChoice.kernels().argmax(classes, cell * kinds, kinds);
              })
          .toArray();
    }
  }

  static void declare(ParameterList parameters, TableFront front) {
    Spec spec = front.boxes();
    int width = front.filter().channels();
    ResidualStage.declare(parameters, FILTER, front.filter());
    parameters.linear(START, width, width, true);
    parameters.linear(SEEN, spec.attention, width, true);
    parameters.linear(STATE, spec.attention, width, true);
    parameters.linear(WHOLE, spec.attention, width, true);
    parameters.linear(SCORE, 1, spec.attention, true);
    parameters.linear(GATE, width, width, true);
    parameters.linear(CLASSES, spec.classes, width, true);
    for (int i = 0; i < BOX_LAYERS; i++) {
      parameters.linear(
          box(i), i < BOX_LAYERS - 1 ? spec.inner : SIDES, i == 0 ? width : spec.inner, true);
    }
  }

  private static String box(int layer) {
    return Names.numbered(BOXES, layer);
  }

  /** That of a model which finds boxes; null for another. */
  public static @Nullable BoxHead read(TransformerSpec spec, ParameterSource source) {
    if (!(spec.encoder().front() instanceof TableFront front)) {
      return null;
    }
    return new BoxHead(
        ResidualStage.read(source, FILTER, front.filter(), front.resNet().epsilon()),
        Linear.read(source, START, true),
        Attention.read(source),
        Linear.read(source, GATE, true),
        Linear.read(source, CLASSES, true),
        IntStream.range(0, BOX_LAYERS).mapToObj(i -> Linear.read(source, box(i), true)).toList());
  }

  /**
   * Finds the boxes of cells. A box's bits do not depend on the others.
   *
   * @param picture what the encoder made of it
   * @param states the decoder's last hidden states, [cells, width]
   * @param cells their number
   */
  public Found apply(EncoderOutput picture, float[] states, int cells, ThreadPool pool) {
    if (cells == 0) {
      return new Found(new float[0], new float[0]);
    }
    Kernels kernels = KernelChoice.kernels();
    float[] features = Objects.requireNonNull(picture.beside(), "no features");
    int positions = picture.positions();
    int side = (int) Math.sqrt(positions);
    FeatureMap filtered =
        filter.apply(new FeatureMap(features, side, side, features.length / positions), pool);
    int width = filtered.channels();
    float[] mean = new float[width];
    for (int i = 0; i < positions; i++) {
      kernels.add(mean, 0, filtered.values(), i * width, width);
    }
    kernels.scale(mean, 0, width, 1f / positions);
    float[] h = start.apply(mean, 1, pool);
    float[] factors = gate.apply(h, 1, pool);
    for (int i = 0; i < width; i++) {
      factors[i] = h[i] * sigmoid(factors[i]);
    }
    float[] places = attention.seen.apply(filtered.values(), positions, pool);
    float[] common = attention.whole.apply(h, 1, pool);
    for (int i = 0; i < positions; i++) {
      kernels.add(places, i * common.length, common, 0, common.length);
    }
    float[] weights =
        weights(places, positions, attention.state.apply(states, cells, pool), cells, pool);
    float[] cell = new float[Math.multiplyExact(cells, width)];
    columns(filtered)
        .multiply(
            FloatRows.of(weights, positions, cells), null, FloatRows.of(cell, width, cells), pool);
    for (int i = 0; i < cell.length; i++) {
      cell[i] *= factors[i % width];
    }
    float[] found = cell;
    for (Linear layer : boxes) {
      if (found != cell) {
        kernels.activate(Activation.RELU, found, 0, found.length);
      }
      found = layer.apply(found, cells, pool);
    }
    for (int i = 0; i < found.length; i++) {
      found[i] = sigmoid(found[i]);
    }
    return new Found(found, classes.apply(cell, cells, pool));
  }

  /**
   * How much each cell sees of each position.
   *
   * @param places of the positions and of the whole, [positions, attention width]
   * @param queries of the cells, [cells, attention width]
   * @return [cells, positions]
   */
  private float[] weights(
      float[] places, int positions, float[] queries, int cells, ThreadPool pool) {
    Kernels kernels = KernelChoice.kernels();
    int width = attention.score.weight().inputs();
    float[] vector = new float[width];
    attention.score.weight().copyRow(0, vector, 0);
    float[] weights = new float[Math.multiplyExact(cells, positions)];
    pool.share(
        cells,
        1,
        (first, end) -> {
          float[] sum = new float[width];
          for (int cell = first; cell < end; cell++) {
            int row = cell * positions;
            for (int i = 0; i < positions; i++) {
              System.arraycopy(places, i * width, sum, 0, width);
              kernels.add(sum, 0, queries, cell * width, width);
              kernels.activate(Activation.RELU, sum, 0, width);
              weights[row + i] = kernels.dot(sum, 0, vector, 0, width);
            }
            // A bias of all scores changes no weight.
            kernels.softmax(weights, row, positions);
          }
        });
    return weights;
  }

  /** The features turned, so that a product with weights of positions is their mean. */
  private static WeightMatrix columns(FeatureMap features) {
    int positions = features.positions();
    int width = features.channels();
    RowSource rows =
        (first, count, target) -> {
          for (int i = 0; i < count; i++) {
            for (int position = 0; position < positions; position++) {
              target[i * positions + position] = features.values()[position * width + first + i];
            }
          }
        };
    return KernelChoice.packing()
        .pack(WeightPrecision.FP32, rows, width, positions, Arena.ofAuto());
  }

  private static float sigmoid(float x) {
    return (float) (1 / (1 + StrictMath.exp(-x)));
  }
}
