package dev.deed.model;

import dev.deed.checkpoint.Tensor;
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
record StemFront(List<Convolution> convolutions) implements PictureFront {
  StemFront {
    convolutions = List.copyOf(convolutions);
  }

  /** One convolution as unfolding and a product. */
  private record Convolution(PictureUnfold unfold, Linear product) {}

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
              unfold, folded(source, "encoder.stem." + i, unfold.columns(), spec.epsilon())));
      channels = stage.channels();
      height = unfold.outputHeight();
      width = unfold.outputWidth();
    }
    return new StemFront(convolutions);
  }

  private static Linear folded(ParameterSource source, String name, int inputs, float epsilon) {
    float[] scale = source.tensor(name + ".norm.weight").toFloats();
    float[] bias = source.tensor(name + ".norm.bias").toFloats();
    float[] mean = source.tensor(name + ".norm.running_mean").toFloats();
    float[] variance = source.tensor(name + ".norm.running_var").toFloats();
    for (int o = 0; o < scale.length; o++) {
      scale[o] = (float) (scale[o] / Math.sqrt((double) variance[o] + epsilon));
      bias[o] -= scale[o] * mean[o];
    }
    Tensor weight = source.tensor(name + ".convolution.weight");
    RowSource rows =
        (row, target) -> {
          weight.read((long) row * inputs, target, 0, inputs);
          Kernels.active().scale(target, 0, inputs, scale[row]);
        };
    return new Linear(PackedFloatMatrix.pack(rows, scale.length, inputs), bias);
  }

  @Override
  public float[] apply(float[] pixels, WorkerTeam team) {
    float[] picture = pixels;
    for (int i = 0; ; i++) {
      Convolution convolution = convolutions.get(i);
      int rows = convolution.unfold.rows();
      float[] patches = new float[Math.multiplyExact(rows, convolution.unfold.columns())];
      convolution.unfold.unfold(picture, 0, patches, 0, team);
      int channels = convolution.product.outputs();
      float[] values = new float[Math.multiplyExact(rows, channels)];
      convolution.product.apply(patches, rows, values, team);
      if (i == convolutions.size() - 1) {
        return values;
      }
      Kernels.active().activate(Activation.RELU, values, 0, values.length);
      picture = channelsFirst(values, rows, channels);
    }
  }

  /** [positions, channels] to [channels, positions]. */
  private static float[] channelsFirst(float[] values, int positions, int channels) {
    float[] picture = new float[values.length];
    for (int position = 0; position < positions; position++) {
      for (int channel = 0; channel < channels; channel++) {
        picture[channel * positions + position] = values[position * channels + channel];
      }
    }
    return picture;
  }
}
