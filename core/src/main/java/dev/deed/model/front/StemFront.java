package dev.deed.model.front;

import dev.deed.checkpoint.InputException;
import dev.deed.model.front.grid.Convolution;
import dev.deed.model.front.grid.FeatureMap;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolutional stem.
 *
 * @param positions [largest grid's rows · columns, width] of a stem for any size; else null, the
 *     encoder then adds them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StemFront(
    EncoderFront.ConvolutionalStem spec,
    List<Convolution> convolutions,
    float @Nullable [] positions)
    implements Front {
  /** Written out: of a compact constructor, class files do not tell what may be null. */
  StemFront(
      EncoderFront.ConvolutionalStem spec,
      List<Convolution> convolutions,
      float @Nullable [] positions) {
    this.spec = spec;
    this.convolutions = List.copyOf(convolutions);
    this.positions = positions;
  }

  static StemFront read(ParameterSource source, EncoderFront.ConvolutionalStem spec) {
    List<Convolution> convolutions = new ArrayList<>();
    int channels = spec.channels();
    for (int i = 0; i < spec.stages().size(); i++) {
      EncoderFront.ConvolutionalStem.Stage stage = spec.stages().get(i);
      convolutions.add(
          Convolution.read(
              source,
              "encoder.stem." + i,
              channels,
              stage,
              spec.epsilon(),
              i < spec.stages().size() - 1 ? Activation.RELU : Activation.IDENTITY));
      channels = stage.channels();
    }
    return new StemFront(
        spec,
        convolutions,
        spec.anySize() ? source.tensor("encoder.positions.weight").toFloats() : null);
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    FeatureMap picture = FeatureMap.of(pixels(input));
    for (Convolution convolution : convolutions) {
      picture = convolution.apply(picture, team);
    }
    if (positions != null) {
      addPositions(positions, picture);
    }
    return Embedded.of(picture.values(), picture.channels());
  }

  private Values pixels(EncoderInput input) {
    if (!spec.anySize()) {
      return input.require(Part.PIXELS, spec.channels(), spec.height(), spec.width());
    }
    Values pixels = input.require(Part.PIXELS, spec.channels(), -1, -1);
    int height = pixels.shape().get(1);
    int width = pixels.shape().getLast();
    InputException.require(
        spec.takes(height, width),
        Part.PIXELS.tensorName(),
        "is a picture of %d×%d, the model reads 1×1 to %d×%d"
            .formatted(width, height, spec.width(), spec.height()),
        "let preprocessor_config.json shrink it");
    return pixels;
  }

  /** Row r, column c has the vector of that place in the largest grid. */
  private void addPositions(float[] table, FeatureMap grid) {
    int row = grid.width() * grid.channels();
    for (int y = 0; y < grid.height(); y++) {
      int from = y * spec.gridWidth() * grid.channels();
      KernelChoice.kernels().add(grid.values(), y * row, table, from, row);
    }
  }
}
