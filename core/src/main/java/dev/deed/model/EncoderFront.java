package dev.deed.model;

import dev.deed.model.EncoderInput.Part;
import java.util.List;
import java.util.Set;

/** What turns an input into the first hidden states of the encoder. */
public sealed interface EncoderFront {
  /** What an input must hold. */
  Set<Part> reads();

  /** What an input may hold besides. */
  default Set<Part> mayRead() {
    return Set.of();
  }

  /**
   * Token ids through a table.
   *
   * @param vocabulary rows of the table
   * @param scale factor of the looked-up row
   * @param shared whether the table is the decoder's
   */
  record Tokens(int vocabulary, float scale, boolean shared) implements EncoderFront {
    @Override
    public Set<Part> reads() {
      return Set.of(Part.TOKENS);
    }
  }

  /**
   * A log-mel spectrogram through two convolutions (Whisper), the second of which halves its
   * frames.
   *
   * @param bins rows of the spectrogram
   * @param positions vectors that come out
   */
  record Spectrogram(int bins, int positions) implements EncoderFront {
    static final int STRIDE = 2;

    /** Columns of the spectrogram. */
    public int frames() {
      return STRIDE * positions;
    }

    @Override
    public Set<Part> reads() {
      return Set.of(Part.SPECTROGRAM);
    }
  }

  /**
   * Tokens with boxes on a page, joined with the patches of its picture (UDOP's layout-induced
   * embedding, Tang et al. 2022, arXiv 2212.02623, section 3.1): a token takes up the patch that
   * the centre of its box lies in, and the patches that no token claims follow behind the text.
   * Boxes are [x0, y0, x1, y1] as fractions of the page. The picture may be missing.
   *
   * @param vocabulary rows of the token table, which is the decoder's
   * @param cells rows of each of the two tables of coordinates
   * @param size edge of the picture in pixels
   * @param patch edge of a patch in pixels
   * @param biases of attention, added up; the same in all layers
   */
  record LayoutInduced(
      int vocabulary, int cells, int channels, int size, int patch, List<Bias> biases)
      implements EncoderFront {
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
      return Set.of(Part.BOXES, Part.PIXELS);
    }
  }

  /** A picture of fixed size, {@code [channels, height, width]}. */
  sealed interface Picture extends EncoderFront {
    @Override
    default Set<Part> reads() {
      return Set.of(Part.PIXELS);
    }

    int channels();

    int height();

    int width();

    /** Rows of the grid of vectors that come out of a picture. */
    int gridHeight();

    /** Columns of that grid. */
    int gridWidth();

    /** Number of vectors that come out of a picture, learned tokens included. */
    int positions();
  }

  /**
   * Square patches through one linear projection, behind a learned class token (ViT).
   *
   * @param patch edge of a patch in pixels
   * @param distillationToken whether a second learned token follows the class token (DeiT)
   */
  record Patches(int channels, int height, int width, int patch, boolean distillationToken)
      implements Picture {
    @Override
    public int gridHeight() {
      return height / patch;
    }

    @Override
    public int gridWidth() {
      return width / patch;
    }

    @Override
    public int positions() {
      return gridHeight() * gridWidth() + (distillationToken ? 2 : 1);
    }
  }

  /**
   * Convolutions without bias, each followed by batch norm and, but for the last, ReLU (a ViT with
   * early convolutions, Xiao et al. 2021, arXiv 2106.14881). The last one's channels are the
   * encoder's width.
   *
   * @param stages the convolutions in order
   * @param epsilon of the batch norms
   */
  record ConvolutionalStem(int channels, int height, int width, List<Stage> stages, float epsilon)
      implements Picture {
    public ConvolutionalStem {
      stages = List.copyOf(stages);
    }

    /**
     * One convolution, zero-padded by half its kernel (rounded down).
     *
     * @param channels channels that come out
     */
    public record Stage(
        int channels, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth) {
      /** Height that comes out of {@code height} rows of pixels. */
      public int outputHeight(int height) {
        return (height + 2 * (kernelHeight / 2) - kernelHeight) / strideHeight + 1;
      }

      /** Width that comes out of {@code width} columns of pixels. */
      public int outputWidth(int width) {
        return (width + 2 * (kernelWidth / 2) - kernelWidth) / strideWidth + 1;
      }
    }

    @Override
    public int gridHeight() {
      int rows = height;
      for (Stage stage : stages) {
        rows = stage.outputHeight(rows);
      }
      return rows;
    }

    @Override
    public int gridWidth() {
      int columns = width;
      for (Stage stage : stages) {
        columns = stage.outputWidth(columns);
      }
      return columns;
    }

    @Override
    public int positions() {
      return gridHeight() * gridWidth();
    }
  }
}
