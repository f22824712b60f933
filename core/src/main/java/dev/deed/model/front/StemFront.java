package dev.deed.model.front;

import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions without bias, each followed by batch norm and, but for the last, ReLU (a ViT with
 * early convolutions, Xiao et al. 2021, arXiv 2106.14881). The last one's channels are the
 * encoder's width.
 *
 * <p>A stem for any size adds the learned vectors of positions itself: a smaller picture's grid is
 * the upper left part of the largest one's.
 *
 * @param stages the convolutions in order
 * @param epsilon of the batch norms
 * @param anySize whether smaller pictures are read too
 */
public record StemFront(
    int channels,
    int height,
    int width,
    List<ConvolutionShape> stages,
    float epsilon,
    boolean anySize)
    implements PictureFront {
  /** The convolutions, numbered from 0. */
  public static final String CONVOLUTIONS = "encoder.stem";

  public StemFront {
    stages = List.copyOf(stages);
  }

  @Override
  public int gridHeight() {
    int rows = height;
    for (ConvolutionShape stage : stages) {
      rows = stage.outputHeight(rows);
    }
    return rows;
  }

  @Override
  public int gridWidth() {
    int columns = width;
    for (ConvolutionShape stage : stages) {
      columns = stage.outputWidth(columns);
    }
    return columns;
  }

  @Override
  public int positions() {
    return gridHeight() * gridWidth();
  }

  /** The names of a convolution, counted from 0. */
  public static Names.Convolution convolution(int number) {
    return new Names.Convolution(Names.numbered(CONVOLUTIONS, number));
  }

  /** The table of positions of a stem for any size, [1, positions, width]. */
  public static String positionTable() {
    return Names.weight(Names.ENCODER.positions());
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    for (int i = 0; i < stages.size(); i++) {
      Convolution.declare(parameters, convolution(i), inputs(i), stages.get(i));
    }
    if (anySize) {
      parameters.add(positionTable(), Role.POSITION, 1, positions(), stack.width());
    }
  }

  /** Channels that enter a convolution. */
  private int inputs(int number) {
    return number == 0 ? channels : stages.get(number - 1).channels();
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    List<Convolution> convolutions = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      Activation activation = i < stages.size() - 1 ? Activation.RELU : Activation.IDENTITY;
      convolutions.add(
          Convolution.read(source, convolution(i), inputs(i), stages.get(i), epsilon, activation));
    }
    float[] table = anySize ? source.tensor(positionTable()).toFloats() : null;
    return (input, pool) -> {
      FeatureMap picture = FeatureMap.of(pixels(input));
      for (Convolution convolution : convolutions) {
        picture = convolution.apply(picture, pool);
      }
      if (table != null) {
        addPositions(table, picture);
      }
      return Embedded.of(picture.values(), picture.channels());
    };
  }

  private Values pixels(EncoderInput input) {
    if (!anySize) {
      return input.require(Part.PIXELS, channels, height, width);
    }
    Values pixels = input.require(Part.PIXELS, channels, -1, -1);
    int rows = pixels.shape().get(1);
    int columns = pixels.shape().getLast();
    InputException.require(
        takes(rows, columns),
        Part.PIXELS.tensorName(),
        "is a picture of %d×%d, the model reads 1×1 to %d×%d"
            .formatted(columns, rows, width, height),
        "let preprocessor_config.json shrink it");
    return pixels;
  }

  /** Row r, column c has the vector of that place in the largest grid. */
  private void addPositions(float[] table, FeatureMap grid) {
    int row = grid.width() * grid.channels();
    for (int y = 0; y < grid.height(); y++) {
      int from = y * gridWidth() * grid.channels();
      KernelChoice.kernels().add(grid.values(), y * row, table, from, row);
    }
  }
}
