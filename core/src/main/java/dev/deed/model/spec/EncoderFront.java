package dev.deed.model.spec;

import dev.deed.model.front.grid.GridBias;
import dev.deed.model.front.grid.ResNetSpec;
import dev.deed.model.spec.EncoderInput.Part;
import java.util.List;
import java.util.Set;

/** What turns an input into the first hidden states of the encoder. */
public sealed interface EncoderFront
    permits DocumentFront,
        EncoderFront.FlattenedPatches,
        EncoderFront.Picture,
        EncoderFront.ResNetAndTokens,
        EncoderFront.ShiftedWindows,
        EncoderFront.Spectrogram,
        EncoderFront.Tokens {
  /** What an input must hold. */
  Set<Part> reads();

  /** What an input may hold besides. */
  default Set<Part> mayRead() {
    return Set.of();
  }

  /**
   * What boxes call the far side of a page: 1 where they are fractions of it, 1000 where they are
   * thousandths, 0 where the model reads none.
   */
  default int pageSide() {
    return 0;
  }

  /** Rows of the table that tokens are looked up in; 0 where it reads none. */
  default int vocabulary() {
    return 0;
  }

  /** Number of transformer layers that it has itself. */
  default int layers() {
    return 0;
  }

  /**
   * Token ids through a table.
   *
   * @param vocabulary rows of the table
   * @param scale factor of the looked-up row
   */
  record Tokens(int vocabulary, float scale) implements EncoderFront {
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
    public static final int STRIDE = 2;

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
   * Token ids behind the patches of a picture, if there is one, which a ResNet makes of it (OFA,
   * Wang et al. 2022, arXiv 2202.03052). Token rows are {@code norm(scale · table[id] + type 0)},
   * patches {@code norm(scale · projection(features) + type 1)}.
   *
   * @param vocabulary rows of the table
   * @param scale factor of looked-up rows and of projected patches
   * @param padding id of tokens that nothing sees
   * @param positions of the tokens; those of patches go through the same projections
   * @param resNet reads pictures of any size that fits the grid
   * @param grid most rows, and most columns, of patches
   * @param types whether the two kinds of rows have vectors of their own
   * @param tokenNorm whether a norm follows the embedding of tokens
   * @param patchNorm whether a norm follows the embedding of patches
   */
  record ResNetAndTokens(
      int vocabulary,
      float scale,
      int padding,
      PositionSpec.Untied positions,
      ResNetSpec resNet,
      int grid,
      boolean types,
      boolean tokenNorm,
      boolean patchNorm)
      implements EncoderFront {
    @Override
    public Set<Part> reads() {
      return Set.of(Part.TOKENS);
    }

    @Override
    public Set<Part> mayRead() {
      return Set.of(Part.PIXELS);
    }

    /**
     * Rows of the table of patch positions: one for each place of the grid behind an unused one.
     */
    public int positionRows() {
      return grid * grid + 1;
    }

    /** Distances of patches along one side that are told apart. */
    public int distances() {
      return 2 * grid - 1;
    }

    /** Rows of a layer's table of distances between patches; the last three are unused. */
    public int distanceRows() {
      return distances() * distances() + 3;
    }
  }

  /**
   * Flattened patches of a picture whose rows and columns have learned vectors (Pix2Struct, Lee et
   * al. 2022, arXiv 2210.03347). Patches of row 0 are padding: they stand last and nothing attends
   * to them.
   *
   * @param values of a patch
   * @param places rows of each of the two tables
   */
  record FlattenedPatches(int values, int places) implements EncoderFront {
    @Override
    public Set<Part> reads() {
      return Set.of(Part.PATCHES);
    }
  }

  /**
   * Windows of patches that attend within themselves, shifted by half a window in every other
   * layer, in stages that each halve the map of patches (Swin, Liu et al. 2021, arXiv 2103.14030).
   * Reads pictures of any size whose maps are no smaller than a window.
   *
   * @param patchHeight rows of a patch in pixels
   * @param patchWidth columns of a patch in pixels
   * @param width of a patch's vector
   * @param window edge of a window in patches
   */
  record ShiftedWindows(
      int channels, int patchHeight, int patchWidth, int width, int window, List<Stage> stages)
      implements EncoderFront {
    /** Of the embedded patches and of merged ones, whatever the layers have. */
    public static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-5f);

    public ShiftedWindows {
      stages = List.copyOf(stages);
    }

    /**
     * Layers of one map.
     *
     * @param stack its layers, without a final norm
     * @param merges whether squares of four vectors are then merged into one of twice the width
     */
    public record Stage(StackSpec stack, boolean merges) {}

    /** Rows of a layer's table: distances between two patches of a window. */
    public int distances() {
      return (2 * window - 1) * (2 * window - 1);
    }

    @Override
    public int layers() {
      return stages.stream().mapToInt(stage -> stage.stack.layers()).sum();
    }

    @Override
    public Set<Part> reads() {
      return Set.of(Part.PIXELS);
    }
  }

  /** A picture of fixed or of a largest size, {@code [channels, height, width]}. */
  sealed interface Picture extends EncoderFront {
    /** Whether it reads pictures of all sizes up to its own, not of that one alone. */
    default boolean anySize() {
      return false;
    }

    /** Whether it reads a picture of this size. */
    default boolean takes(int height, int width) {
      return anySize()
          ? height >= 1 && height <= height() && width >= 1 && width <= width()
          : height == height() && width == width();
    }

    @Override
    default Set<Part> reads() {
      return Set.of(Part.PIXELS);
    }

    int channels();

    /** Rows of pixels; the most, where it reads pictures of any size. */
    int height();

    /** Columns of pixels; the most, where it reads pictures of any size. */
    int width();

    /** Rows of the grid of vectors that come out of a picture of that size. */
    int gridHeight();

    /** Columns of that grid. */
    int gridWidth();

    /** Number of vectors that come out of such a picture, learned tokens included. */
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
   * Patches whose attention has a learned bias for each distance between two of them (BEiT, Bao et
   * al. 2021, arXiv 2106.08254).
   *
   * @param patches how they are embedded
   * @param layerBiases whether each layer has a table of its own
   * @param sharedBias whether all layers share a table; where there are both, they add up
   */
  record RelativePatches(Patches patches, boolean layerBiases, boolean sharedBias)
      implements Picture {
    /** Rows of a table: distances between two patches, and three with the class token. */
    public int distances() {
      return (2 * gridHeight() - 1) * (2 * gridWidth() - 1) + GridBias.CLASS_TOKEN_ROWS;
    }

    @Override
    public int channels() {
      return patches.channels();
    }

    @Override
    public int height() {
      return patches.height();
    }

    @Override
    public int width() {
      return patches.width();
    }

    @Override
    public int gridHeight() {
      return patches.gridHeight();
    }

    @Override
    public int gridWidth() {
      return patches.gridWidth();
    }

    @Override
    public int positions() {
      return patches.positions();
    }
  }

  /**
   * Convolutions without bias, each followed by batch norm and, but for the last, ReLU (a ViT with
   * early convolutions, Xiao et al. 2021, arXiv 2106.14881). The last one's channels are the
   * encoder's width.
   *
   * <p>A stem for any size adds the learned vectors of positions itself: a smaller picture's grid
   * is the upper left part of the largest one's.
   *
   * @param stages the convolutions in order
   * @param epsilon of the batch norms
   * @param anySize whether smaller pictures are read too
   */
  record ConvolutionalStem(
      int channels, int height, int width, List<Stage> stages, float epsilon, boolean anySize)
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
