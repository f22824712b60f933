package dev.deed.model.spec;

import dev.deed.model.front.BoxCoordinates;
import dev.deed.model.spec.EncoderInput.Part;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A front that reads text, the words of a page with their boxes, and perhaps a picture. */
public sealed interface DocumentFront extends EncoderFront {
  /**
   * Tokens with boxes on a page, joined with the patches of its picture (UDOP's layout-induced
   * embedding, Tang et al. 2022, arXiv 2212.02623, section 3.1): a token takes up the patch that
   * the centre of its box lies in, and the patches that no token claims follow behind the text.
   * Boxes are [x0, y0, x1, y1] as fractions of the page. The picture may be missing.
   *
   * @param vocabulary rows of the token table
   * @param cells rows of each of the two tables of coordinates
   * @param size edge of the picture in pixels
   * @param patch edge of a patch in pixels
   * @param biases of attention, added up; the same in all layers
   */
  record LayoutInduced(
      int vocabulary, int cells, int channels, int size, int patch, List<Bias> biases)
      implements DocumentFront {
    public LayoutInduced {
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
  }

  /**
   * Tokens, perhaps with boxes on a page, each coordinate through a table of its own, and what a
   * picture's own encoder makes of it behind them (LaTr, Biten et al. 2021, arXiv 2112.12494).
   * Boxes are [x0, y0, x1, y1] in thousandths of the page, whole numbers; a token with the box 0 0
   * 0 0 has no place (a question's words) and gets no coordinates, nor does any where there are no
   * boxes. The picture may be missing.
   *
   * @param vocabulary rows of the token table
   * @param rows of each table of coordinates; 0 when the model reads no boxes
   * @param vision encoder of the picture; null when the model reads none
   */
  record LayoutAware(int vocabulary, int rows, TransformerSpec.@Nullable Encoder vision)
      implements DocumentFront {
    /** The linear layer between the picture's encoder and the text's. */
    public static final String PROJECTION = "encoder.vision_projection";

    /** Written out: of a compact constructor, class files do not tell what may be null. */
    public LayoutAware(int vocabulary, int rows, TransformerSpec.@Nullable Encoder vision) {
      this.vocabulary = vocabulary;
      this.rows = rows;
      this.vision = vision;
    }

    /** What a box is described by, in the order of its tables. */
    public enum Coordinate {
      X0,
      Y0,
      X1,
      Y1,
      WIDTH,
      HEIGHT;

      /** Name of the table, without {@code .weight}. */
      public String table() {
        return "encoder.layout." + name().toLowerCase(Locale.ROOT);
      }
    }

    /** The coordinates that have a table: all, or none. */
    public List<Coordinate> tables() {
      return rows == 0 ? List.of() : List.of(Coordinate.values());
    }

    /** The name of a parameter of the picture's encoder, by its name in an encoder alone. */
    public static String visionName(String name) {
      return "encoder.vision" + name.substring("encoder".length());
    }

    /**
     * The coordinates of boxes.
     *
     * @param boxes [tokens, 4]
     * @return [tokens, {@link #tables}], each below {@link #rows}; −1 where there is no place
     * @throws dev.deed.checkpoint.InputException when a box is no box of a page
     */
    public int[] coordinates(float[] boxes) {
      return rows == 0 ? new int[0] : BoxCoordinates.of(boxes, rows);
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
  }
}
