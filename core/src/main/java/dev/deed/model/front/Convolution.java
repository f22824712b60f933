package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.PictureUnfold;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import org.jspecify.annotations.Nullable;

/**
 * A convolution, its batch norm, if any, folded in when the model is opened: with s = γ /
 * √(variance + ε), the weights become s·W and the bias β − s·mean. It runs as unfolding and a
 * product, one output row after the other, so that the patches stay in the cache. Immutable.
 *
 * @param channels channels that go in
 * @param activation applied at the end
 */
public record Convolution(
    int channels, ConvolutionShape shape, Linear product, Activation activation) {
  public static void declare(
      ParameterList parameters, Names.Convolution names, int channels, ConvolutionShape shape) {
    int outputs = shape.channels();
    declarePlain(parameters, names.kernel(), channels, shape, false);
    parameters.add(Names.weight(names.norm()), Role.NORM_WEIGHT, outputs);
    parameters.add(Names.bias(names.norm()), Role.NORM_BIAS, outputs);
    parameters.add(names.runningMean(), Role.RUNNING_MEAN, outputs);
    parameters.add(names.runningVariance(), Role.RUNNING_VARIANCE, outputs);
  }

  public static void declarePlain(
      ParameterList parameters, String name, int channels, ConvolutionShape shape, boolean bias) {
    Extent kernel = shape.kernel();
    parameters.convolution(name, bias, shape.channels(), channels, kernel.height(), kernel.width());
  }

  /** Reads a convolution without batch norm and activation. */
  public static Convolution readPlain(
      ParameterSource source, String name, int channels, ConvolutionShape shape, boolean bias) {
    int inputs = shape.inputs(channels);
    RowSource rows = FeatureMap.channelsLast(source.tensor(Names.weight(name)), channels, inputs);
    return new Convolution(
        channels,
        shape,
        new Linear(source.pack(rows, shape.channels(), inputs), source.bias(name, bias)),
        Activation.IDENTITY);
  }

  public static Convolution read(
      ParameterSource source,
      Names.Convolution names,
      int channels,
      ConvolutionShape shape,
      float epsilon,
      Activation activation) {
    float[] scale = source.weight(names.norm());
    float[] bias = source.tensor(Names.bias(names.norm())).toFloats();
    float[] mean = source.tensor(names.runningMean()).toFloats();
    float[] variance = source.tensor(names.runningVariance()).toFloats();
    for (int o = 0; o < scale.length; o++) {
      scale[o] = (float) (scale[o] / Math.sqrt((double) variance[o] + epsilon));
      bias[o] -= scale[o] * mean[o];
    }
    int inputs = shape.inputs(channels);
    RowSource rows =
        Linear.scaled(
            FeatureMap.channelsLast(source.tensor(Names.weight(names.kernel())), channels, inputs),
            inputs,
            scale);
    return new Convolution(
        channels,
        shape,
        new Linear(
            KernelChoice.packing()
                .pack(WeightPrecision.FP32, rows, scale.length, inputs, source.memory()),
            bias),
        activation);
  }

  public FeatureMap apply(FeatureMap picture, ThreadPool pool) {
    return apply(picture, null, pool);
  }

  /**
   * @param residual of the next picture's shape, added before the activation; null for none
   */
  public FeatureMap apply(FeatureMap picture, @Nullable FeatureMap residual, ThreadPool pool) {
    PictureUnfold unfold =
        new PictureUnfold(
            channels,
            new Extent(picture.height(), picture.width()),
            shape.kernel(),
            shape.stride(),
            shape.padding());
    int height = unfold.outputHeight();
    int width = unfold.outputWidth();
    int rowValues = width * product.outputs();
    float[] values = new float[Math.multiplyExact(height, rowValues)];
    pool.share(
        height,
        1,
        (first, end) -> {
          float[] patches = new float[isPointwise() ? 0 : width * unfold.columns()];
          for (int y = first; y < end; y++) {
            if (isPointwise()) {
              multiplyPixels(picture, y, width, values);
            } else {
              unfold.unfoldChannelsLast(picture.values(), y, patches);
              product.apply(patches, width, values, y * width, ThreadPool.ALONE);
            }
            if (residual != null) {
              KernelChoice.kernels()
                  .add(values, y * rowValues, residual.values(), y * rowValues, rowValues);
            }
            KernelChoice.kernels().activate(activation, values, y * rowValues, rowValues);
          }
        });
    return new FeatureMap(values, height, width, product.outputs());
  }

  /** A patch is one pixel, so pixels need no unfolding. */
  private boolean isPointwise() {
    return shape.inputs(1) == 1;
  }

  private void multiplyPixels(FeatureMap picture, int y, int width, float[] values) {
    int row = y * shape.stride().height() * picture.width() * channels;
    int outputs = product.outputs();
    product
        .weight()
        .multiply(
            new FloatRows(picture.values(), row, shape.stride().width() * channels, width),
            product.bias(),
            new FloatRows(values, y * width * outputs, outputs, width),
            ThreadPool.ALONE);
  }
}
