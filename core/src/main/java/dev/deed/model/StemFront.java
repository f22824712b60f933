package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.EncoderInput.Part;
import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.PackedFloatMatrix;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolutional stem. Each batch norm is folded into its convolution when the model is opened:
 * with s = γ / √(variance + ε), the weights become s·W and the bias β − s·mean.
 */
record StemFront(EncoderFront.ConvolutionalStem spec, List<Convolution> convolutions)
    implements Front {
  StemFront {
    convolutions = List.copyOf(convolutions);
  }

  /** Parts for each thread, so that a thread that the system holds up delays the others little. */
  private static final int PARTS_PER_THREAD = 4;

  /** For products within a part. */
  private static final WorkerTeam ALONE = WorkerTeam.of(1);

  /**
   * One convolution as unfolding and a product, one output row after the other, so that the patches
   * stay in the cache.
   */
  private record Convolution(PictureUnfold unfold, Linear product, Activation activation) {
    /** Picture [height, width, channels] to the next picture, likewise. */
    float[] apply(float[] picture, WorkerTeam team) {
      int height = unfold.outputHeight();
      int rowValues = unfold.outputWidth() * product.outputs();
      float[] values = new float[Math.multiplyExact(height, rowValues)];
      int parts = team.size() == 1 ? 1 : Math.min(height, PARTS_PER_THREAD * team.size());
      team.run(
          parts,
          part -> {
            float[] patches = new float[unfold.outputWidth() * unfold.columns()];
            int end = height * (part + 1) / parts;
            for (int y = height * part / parts; y < end; y++) {
              unfold.unfoldChannelsLast(picture, y, patches);
              product.apply(patches, unfold.outputWidth(), values, y * unfold.outputWidth(), ALONE);
              Kernels.active().activate(activation, values, y * rowValues, rowValues);
            }
          });
      return values;
    }
  }

  static StemFront read(ParameterSource source, EncoderFront.ConvolutionalStem spec) {
    List<Convolution> convolutions = new ArrayList<>();
    int channels = spec.channels();
    int height = spec.height();
    int width = spec.width();
    for (int i = 0; i < spec.stages().size(); i++) {
      EncoderFront.ConvolutionalStem.Stage stage = spec.stages().get(i);
      PictureUnfold unfold =
          new PictureUnfold(
              channels,
              height,
              width,
              stage.kernelHeight(),
              stage.kernelWidth(),
              stage.strideHeight(),
              stage.strideWidth(),
              stage.kernelHeight() / 2,
              stage.kernelWidth() / 2);
      convolutions.add(
          new Convolution(
              unfold,
              folded(source, "encoder.stem." + i, unfold, spec.epsilon()),
              i < spec.stages().size() - 1 ? Activation.RELU : Activation.IDENTITY));
      channels = stage.channels();
      height = unfold.outputHeight();
      width = unfold.outputWidth();
    }
    return new StemFront(spec, convolutions);
  }

  private static Linear folded(
      ParameterSource source, String name, PictureUnfold unfold, float epsilon) {
    float[] scale = source.tensor(name + ".norm.weight").toFloats();
    float[] bias = source.tensor(name + ".norm.bias").toFloats();
    float[] mean = source.tensor(name + ".norm.running_mean").toFloats();
    float[] variance = source.tensor(name + ".norm.running_var").toFloats();
    for (int o = 0; o < scale.length; o++) {
      scale[o] = (float) (scale[o] / Math.sqrt((double) variance[o] + epsilon));
      bias[o] -= scale[o] * mean[o];
    }
    Tensor weight = source.tensor(name + ".convolution.weight");
    int inputs = unfold.columns();
    RowSource rows =
        (first, count, target) -> {
          float[] row = new float[inputs];
          float[] reordered = new float[inputs];
          for (int i = 0; i < count; i++) {
            weight.read((long) (first + i) * inputs, row, 0, inputs);
            Kernels.active().scale(row, 0, inputs, scale[first + i]);
            channelsLast(row, unfold.channels(), inputs / unfold.channels(), reordered);
            System.arraycopy(reordered, 0, target, i * inputs, inputs);
          }
        };
    return new Linear(PackedFloatMatrix.pack(rows, scale.length, inputs), bias);
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    float[] pixels =
        input.require(Part.PIXELS, spec.channels(), spec.height(), spec.width()).numbers();
    PictureUnfold first = convolutions.getFirst().unfold;
    float[] picture = new float[pixels.length];
    channelsLast(pixels, first.channels(), first.height() * first.width(), picture);
    for (Convolution convolution : convolutions) {
      picture = convolution.apply(picture, team);
    }
    return Embedded.of(picture, convolutions.getLast().product.outputs());
  }

  /** [channels, positions] to [positions, channels]. */
  private static void channelsLast(float[] from, int channels, int positions, float[] target) {
    for (int channel = 0; channel < channels; channel++) {
      for (int position = 0; position < positions; position++) {
        target[position * channels + channel] = from[channel * positions + position];
      }
    }
  }
}
