package dev.deed.model.front.grid;

import dev.deed.checkpoint.Tensor;
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
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
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
  /** For products within a part. */
  private static final WorkerTeam ALONE = WorkerTeam.of(1);

  /** Adds the parameters that {@link #read} reads. */
  public static void declare(
      ParameterList parameters, Names.Convolution names, int channels, ConvolutionShape shape) {
    int outputs = shape.channels();
    parameters.add(
        Names.weight(names.kernel()),
        Role.LINEAR,
        outputs,
        channels,
        shape.kernelHeight(),
        shape.kernelWidth());
    parameters.add(Names.weight(names.norm()), Role.NORM_WEIGHT, outputs);
    parameters.add(Names.bias(names.norm()), Role.NORM_BIAS, outputs);
    parameters.add(names.runningMean(), Role.RUNNING_MEAN, outputs);
    parameters.add(names.runningVariance(), Role.RUNNING_VARIANCE, outputs);
  }

  /** Adds the parameters that {@link #readPlain} reads. */
  public static void declarePlain(
      ParameterList parameters, String name, int channels, ConvolutionShape shape, boolean bias) {
    parameters.add(
        Names.weight(name),
        Role.LINEAR,
        shape.channels(),
        channels,
        shape.kernelHeight(),
        shape.kernelWidth());
    if (bias) {
      parameters.add(Names.bias(name), Role.BIAS, shape.channels());
    }
  }

  /** Reads a convolution without batch norm and activation. */
  public static Convolution readPlain(
      ParameterSource source, String name, int channels, ConvolutionShape shape, boolean bias) {
    RowSource rows = rows(source.tensor(Names.weight(name)), channels, shape);
    int inputs = channels * shape.kernelHeight() * shape.kernelWidth();
    return new Convolution(
        channels,
        shape,
        new Linear(source.pack(rows, shape.channels(), inputs), source.bias(name, bias)),
        Activation.IDENTITY);
  }

  /** Filters, each with the channels of a place side by side. */
  private static RowSource rows(Tensor weight, int channels, ConvolutionShape shape) {
    int inputs = channels * shape.kernelHeight() * shape.kernelWidth();
    return (first, count, target) -> {
      float[] row = new float[inputs];
      float[] reordered = new float[inputs];
      for (int i = 0; i < count; i++) {
        weight.read((long) (first + i) * inputs, row, 0, inputs);
        FeatureMap.channelsLast(row, channels, reordered);
        System.arraycopy(reordered, 0, target, i * inputs, inputs);
      }
    };
  }

  /** Reads the kernel and the batch norm. */
  public static Convolution read(
      ParameterSource source,
      Names.Convolution names,
      int channels,
      ConvolutionShape shape,
      float epsilon,
      Activation activation) {
    float[] scale = source.tensor(Names.weight(names.norm())).toFloats();
    float[] bias = source.tensor(Names.bias(names.norm())).toFloats();
    float[] mean = source.tensor(names.runningMean()).toFloats();
    float[] variance = source.tensor(names.runningVariance()).toFloats();
    for (int o = 0; o < scale.length; o++) {
      scale[o] = (float) (scale[o] / Math.sqrt((double) variance[o] + epsilon));
      bias[o] -= scale[o] * mean[o];
    }
    RowSource plain = rows(source.tensor(Names.weight(names.kernel())), channels, shape);
    int inputs = channels * shape.kernelHeight() * shape.kernelWidth();
    RowSource rows =
        (first, count, target) -> {
          plain.rows(first, count, target);
          for (int i = 0; i < count; i++) {
            KernelChoice.kernels().scale(target, i * inputs, inputs, scale[first + i]);
          }
        };
    return new Convolution(
        channels,
        shape,
        new Linear(
            KernelChoice.packing()
                .pack(WeightPrecision.FP32, rows, scale.length, inputs, source.memory()),
            bias),
        activation);
  }

  public FeatureMap apply(FeatureMap picture, WorkerTeam team) {
    return apply(picture, null, team);
  }

  /**
   * The next picture.
   *
   * @param residual of the next picture's shape, added before the activation; null for none
   */
  public FeatureMap apply(FeatureMap picture, @Nullable FeatureMap residual, WorkerTeam team) {
    PictureUnfold unfold =
        new PictureUnfold(
            channels,
            new Extent(picture.height(), picture.width()),
            new Extent(shape.kernelHeight(), shape.kernelWidth()),
            new Extent(shape.strideHeight(), shape.strideWidth()),
            new Extent(shape.paddingHeight(), shape.paddingWidth()));
    int height = unfold.outputHeight();
    int width = unfold.outputWidth();
    int rowValues = width * product.outputs();
    float[] values = new float[Math.multiplyExact(height, rowValues)];
    team.share(
        height,
        1,
        (first, end) -> {
          float[] patches = new float[isPointwise() ? 0 : width * unfold.columns()];
          for (int y = first; y < end; y++) {
            if (isPointwise()) {
              multiplyPixels(picture, y, width, values);
            } else {
              unfold.unfoldChannelsLast(picture.values(), y, patches);
              product.apply(patches, width, values, y * width, ALONE);
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
    return shape.kernelHeight() == 1 && shape.kernelWidth() == 1;
  }

  private void multiplyPixels(FeatureMap picture, int y, int width, float[] values) {
    int row = y * shape.strideHeight() * picture.width() * channels;
    int outputs = product.outputs();
    product
        .weight()
        .multiply(
            new FloatRows(picture.values(), row, shape.strideWidth() * channels, width),
            product.bias(),
            new FloatRows(values, y * width * outputs, outputs, width),
            ALONE);
  }
}
