package dev.deed.model.front;

import dev.deed.model.front.LayoutInducedFront.Bias;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens with boxes on a page, joined with the patches of its picture (UDOP's layout-induced
 * embedding, Tang et al. 2022, arXiv 2212.02623, section 3.1; {@code combine_image_text_embeddings}
 * of the reference implementation): a token takes up the patch that the centre of its box lies in.
 * Patches without a token follow behind the text, then as much padding as there were patches
 * claimed: padding rows are computed, but nothing sees them. Boxes are [x0, y0, x1, y1] as
 * fractions of the page. The picture may be missing.
 *
 * @param vocabulary rows of the token table
 * @param cells rows of each of the two tables of coordinates
 * @param size edge of the picture in pixels
 * @param patch edge of a patch in pixels
 * @param biases of attention, added up; the same in all layers
 */
public record LayoutInducedFront(
    int vocabulary, int cells, int channels, int size, int patch, List<Bias> biases)
    implements EncoderFront {
  /** The tables of coordinates across and down the page. */
  public static final String CELLS_ACROSS = "encoder.cells.x";

  public static final String CELLS_DOWN = "encoder.cells.y";

  public LayoutInducedFront {
    biases = List.copyOf(biases);
  }

  /** Along what a distance between two positions is measured. */
  public enum Axis {
    SEQUENCE,
    HORIZONTAL,
    VERTICAL
  }

  /**
   * A bias per head and bucket of a distance.
   *
   * @param bidirectional whether distances to both sides have buckets of their own
   * @param scale factor of the distance before it is cut to a whole number
   */
  public record Bias(
      Axis axis, PositionSpec.RelativeBias buckets, boolean bidirectional, float scale) {}

  /** The tables of biases, numbered from 0. */
  public static final String BIASES = "encoder.biases";

  /** Number of patches on an edge of the picture. */
  public int grid() {
    return size / patch;
  }

  @Override
  public Set<Part> reads() {
    return biases.stream().allMatch(bias -> bias.axis == Axis.SEQUENCE)
        ? Set.of(Part.TOKENS)
        : Set.of(Part.TOKENS, Part.BOXES);
  }

  @Override
  public Set<Part> mayRead() {
    return reads().contains(Part.BOXES) ? Set.of(Part.PIXELS) : Set.of(Part.BOXES, Part.PIXELS);
  }

  @Override
  public int pageSide() {
    return 1;
  }

  @Override
  public long biasBytes(StackSpec stack, int positions) {
    return Float.BYTES * LayoutBiases.values(stack.attention().heads(), positions, positions);
  }

  @Override
  public int mediaPositions() {
    return grid() * grid();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.table(CELLS_ACROSS, Role.POSITION, cells, stack.width());
    parameters.table(CELLS_DOWN, Role.POSITION, cells, stack.width());
    PatchProjection.declare(parameters, stack.width(), channels, patch, patch);
    for (int i = 0; i < biases.size(); i++) {
      parameters.table(
          Names.numbered(BIASES, i),
          Role.RELATIVE_BIAS,
          biases.get(i).buckets.buckets(),
          stack.attention().heads());
    }
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    return new LayoutInducedWeights(
        this,
        shared.tokens(),
        source.weight(CELLS_ACROSS),
        source.weight(CELLS_DOWN),
        PatchProjection.read(source, channels, size, size, patch),
        LayoutBiases.read(source, BIASES, biases, stack.attention().heads()));
  }

  /**
   * @param columns [cells, width] for x0 and x1
   * @param rows [cells, width] for y0 and y1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record LayoutInducedWeights(
      LayoutInducedFront spec,
      WeightMatrix tokens,
      float[] columns,
      float[] rows,
      PatchProjection patches,
      LayoutBiases biases)
      implements Weights {
    @Override
    public Embedded embed(EncoderInput input, ThreadPool pool) {
      int[] ids = input.tokens(spec.vocabulary());
      boolean picture = input.has(Part.PIXELS);
      int joined = picture ? spec.grid() * spec.grid() : 0;
      int positions = Math.addExact(ids.length, joined);
      int width = tokens.inputs();
      float[] hidden = new float[Math.multiplyExact(positions, width)];
      for (int i = 0; i < ids.length; i++) {
        tokens.copyRow(ids[i], hidden, i * width);
      }
      PageLayout page = new PageLayout(new double[positions * PageLayout.SIDES], !picture);
      boolean boxed = picture || input.has(Part.BOXES) || spec.reads().contains(Part.BOXES);
      float[] boxes = boxed ? boxes(input, ids.length) : new float[0];
      for (int i = 0; i < boxes.length; i++) {
        page.corners()[i] = boxes[i];
      }
      int visible = ids.length;
      if (picture) {
        visible += join(input, boxes, page, hidden, pool);
      }
      if (boxed) {
        addCells(page, positions, hidden);
      }
      return new Embedded(hidden, positions, visible, bias(page, positions, visible));
    }

    /** The boxes of the tokens, one for each. */
    private static float[] boxes(EncoderInput input, int tokens) {
      float[] boxes = input.require(Part.BOXES, tokens, PageLayout.SIDES).numbers();
      for (float side : boxes) {
        InputException.require(
            Float.isFinite(side), "bbox", "holds " + side, "give numbers from 0 to 1");
      }
      return boxes;
    }

    /**
     * Gives each token its patch and puts the other patches behind the text.
     *
     * @return number of those patches
     */
    private int join(
        EncoderInput input, float[] boxes, PageLayout page, float[] hidden, ThreadPool pool) {
      float[] pixels =
          input.require(Part.PIXELS, spec.channels(), spec.size(), spec.size()).numbers();
      int grid = spec.grid();
      int width = patches.width();
      float[] projected = new float[Math.multiplyExact(grid * grid, width)];
      patches.apply(pixels, projected, 0, pool);
      boolean[] claimed = new boolean[grid * grid];
      int count = boxes.length / PageLayout.SIDES;
      for (int token = 0; token < count; token++) {
        int at = token * PageLayout.SIDES;
        int patch = line(boxes[at + 1], boxes[at + 3]) * grid + line(boxes[at], boxes[at + 2]);
        claimed[patch] = true;
        if (!page.nowhere(token)) {
          KernelChoice.kernels().add(hidden, token * width, projected, patch * width, width);
        }
      }
      int free = 0;
      for (int patch = 0; patch < claimed.length; patch++) {
        if (!claimed[patch]) {
          int row = count + free++;
          System.arraycopy(projected, patch * width, hidden, row * width, width);
          int at = row * PageLayout.SIDES;
          page.corners()[at] = (float) (patch % grid) / grid;
          page.corners()[at + 1] = (float) (patch / grid) / grid;
          page.corners()[at + 2] = (float) (patch % grid + 1) / grid;
          page.corners()[at + 3] = (float) (patch / grid + 1) / grid;
        }
      }
      return free;
    }

    /** Row or column of the patch that the middle of two sides lies in, in single precision. */
    private int line(float from, float to) {
      return Math.clamp((int) Math.floor((from + to) / 2 * spec.grid()), 0, spec.grid() - 1);
    }

    private void addCells(PageLayout page, int positions, float[] hidden) {
      Kernels kernels = KernelChoice.kernels();
      int width = tokens.inputs();
      float[] sum = new float[width];
      for (int position = 0; position < positions; position++) {
        System.arraycopy(columns, page.cell(position, 0, spec.cells()) * width, sum, 0, width);
        kernels.add(sum, 0, rows, page.cell(position, 1, spec.cells()) * width, width);
        kernels.add(sum, 0, columns, page.cell(position, 2, spec.cells()) * width, width);
        kernels.add(sum, 0, rows, page.cell(position, 3, spec.cells()) * width, width);
        kernels.add(hidden, position * width, sum, 0, width);
      }
    }

    private @Nullable LayerBias bias(PageLayout page, int positions, int visible) {
      if (biases.tables().isEmpty()) {
        return null;
      }
      AttentionBias bias = biases.of(page, positions, visible);
      return layer -> bias;
    }
  }

  /**
   * Biases of attention by the distance of two positions in the sequence, across and down the page,
   * added up (Tang et al. 2022, section 3.1). Immutable.
   */
  private record LayoutBiases(List<Table> tables, int heads) {
    LayoutBiases {
      tables = List.copyOf(tables);
    }

    /**
     * @param rows row of {@code values} for each distance from −maxDistance to maxDistance
     * @param values [buckets, heads]
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Table(Bias spec, int[] rows, float[] values) {
      int at(double from, double to, int heads) {
        int most = spec.buckets().maxDistance();
        int distance = (int) ((float) (to - from) * spec.scale());
        return rows[Math.clamp(distance, -most, most) + most] * heads;
      }
    }

    static LayoutBiases read(ParameterSource source, String name, List<Bias> specs, int heads) {
      List<Table> tables = new ArrayList<>();
      for (int i = 0; i < specs.size(); i++) {
        Bias spec = specs.get(i);
        int most = spec.buckets().maxDistance();
        int[] rows = new int[2 * most + 1];
        Arrays.setAll(rows, d -> spec.buckets().bucket(d - most, spec.bidirectional()));
        tables.add(new Table(spec, rows, source.weight(Names.numbered(name, i))));
      }
      return new LayoutBiases(tables, heads);
    }

    static long values(int heads, int positions, int visible) {
      return (long) heads * positions * visible;
    }

    /**
     * The sum of all biases.
     *
     * @param positions rows, each of which sees the first {@code visible} ones
     * @throws InputException when there are more values than an array holds
     */
    AttentionBias of(PageLayout page, int positions, int visible) {
      long size = values(heads, positions, visible);
      InputException.require(
          size <= Integer.MAX_VALUE,
          "input",
          "has %d positions, too many for this model's biases".formatted(positions),
          "shorten the input");
      float[] data = new float[(int) size];
      int headStride = positions * visible;
      for (Table table : tables) {
        double[] places = new double[positions];
        Arrays.setAll(places, position -> page.place(position, table.spec.axis()));
        for (int row = 0; row < positions; row++) {
          for (int seen = 0; seen < visible; seen++) {
            int from = table.at(places[row], places[seen], heads);
            int to = row * visible + seen;
            for (int head = 0; head < heads; head++) {
              data[head * headStride + to] += table.values[from + head];
            }
          }
        }
      }
      return new AttentionBias(data, 0, visible, headStride);
    }
  }

  /**
   * Where the positions of an encoder lie on a page, as fractions of it: x0, y0, x1, y1 of each.
   * UDOP's reference computes in double precision as soon as patches join the text, and in single
   * precision without; distances are cut to whole numbers, so the difference can be seen.
   *
   * @param corners [positions, 4]
   * @param single whether results are rounded to single precision
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  private record PageLayout(double[] corners, boolean single) {
    /** Values of a box. */
    static final int SIDES = 4;

    /**
     * Which of {@code cells} equal parts of the page a side falls in.
     *
     * @param side 0 to 3: x0, y0, x1, y1
     */
    int cell(int position, int side, int cells) {
      double fraction = Math.clamp(corners[position * SIDES + side], 0.0, 1.0);
      return (int) rounded(fraction * (cells - 1));
    }

    /** The middle of a box across or down the page; along the sequence the position itself. */
    double place(int position, Axis axis) {
      return switch (axis) {
        case SEQUENCE -> position;
        case HORIZONTAL -> middle(position, 0);
        case VERTICAL -> middle(position, 1);
      };
    }

    private double middle(int position, int side) {
      int at = position * SIDES + side;
      return rounded(corners[at] + corners[at + 2]) / 2;
    }

    /** Whether a box stands for no place on the page: UDOP marks prompts by 0 and ends by 1. */
    boolean nowhere(int position) {
      int at = position * SIDES;
      double mean = (corners[at] + corners[at + 1] + corners[at + 2] + corners[at + 3]) / SIDES;
      return mean == 0 || mean == 1;
    }

    private double rounded(double value) {
      return single ? (float) value : value;
    }
  }
}
