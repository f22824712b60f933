package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.Set;

/**
 * A log-mel spectrogram through two convolutions over time, each followed by GELU, the second of
 * stride 2 (Whisper, Radford et al. 2022, arXiv 2212.04356, section 2.2).
 *
 * @param bins rows of the spectrogram
 * @param positions vectors that come out at most: a spectrogram of fewer frames, a multiple of the
 *     stride, gives the first ones, which see nothing behind it
 */
public record SpectrogramFront(int bins, int positions) implements EncoderFront {
  public static final String FIRST = "encoder.convolution_in";
  public static final String SECOND = "encoder.convolution_out";

  private static final int KERNEL = 3;
  private static final int STRIDE = 2;

  public int frames() {
    return STRIDE * positions;
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.SPECTROGRAM);
  }

  @Override
  public int mediaPositions() {
    return positions;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.convolution(FIRST, true, stack.width(), bins, KERNEL);
    parameters.convolution(SECOND, true, stack.width(), stack.width(), KERNEL);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Linear first = Linear.read(source, FIRST, true);
    Linear second = Linear.read(source, SECOND, true);
    return (input, team) -> {
      Values given = input.require(Part.SPECTROGRAM, bins, -1);
      int count = given.shape().getLast();
      boolean fits = count > 0 && count <= frames() && count % STRIDE == 0;
      float[] spectrogram =
          (fits ? given : input.require(Part.SPECTROGRAM, bins, frames())).numbers();
      float[] inner = convolve(spectrogram, unfold(bins, count, 1), first, team);
      PictureUnfold pairs = unfold(first.outputs(), count, STRIDE);
      float[] outer = convolve(channelsFirst(inner, first.outputs()), pairs, second, team);
      return Embedded.of(outer, second.outputs());
    };
  }

  /** A row of pixels for time, so that one unfolding serves pictures and sound. */
  private static PictureUnfold unfold(int channels, int frames, int stride) {
    return new PictureUnfold(
        channels,
        new Extent(1, frames),
        new Extent(1, KERNEL),
        new Extent(1, stride),
        new Extent(0, KERNEL / 2));
  }

  /** [channels, frames] to [frames, outputs]. */
  private static float[] convolve(
      float[] channels, PictureUnfold unfold, Linear product, WorkerTeam team) {
    float[] patches = new float[Math.multiplyExact(unfold.rows(), unfold.columns())];
    unfold.unfold(channels, patches, team);
    float[] values = product.apply(patches, unfold.rows(), team);
    KernelChoice.kernels().activate(Activation.GELU, values, 0, values.length);
    return values;
  }

  private static float[] channelsFirst(float[] rows, int channels) {
    int count = rows.length / channels;
    float[] turned = new float[rows.length];
    for (int row = 0; row < count; row++) {
      for (int channel = 0; channel < channels; channel++) {
        turned[channel * count + row] = rows[row * channels + channel];
      }
    }
    return turned;
  }
}
