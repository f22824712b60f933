package dev.deed.train;

import dev.deed.model.EncoderFront.ConvolutionalStem;
import dev.deed.tensor.Activation;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolutional stem. Not thread-safe.
 *
 * <p>The pictures of one batch have one size. Where a stem reads all sizes, that is often one task,
 * whose statistics are not those of all tasks that the folded norms have in use. So its batch norms
 * are trained as batch renormalisation (Ioffe 2017, arXiv 1702.03275): the forward pass normalises
 * by the running statistics, as in use, the gradient is the batch's.
 */
record TorchStem(ConvolutionalStem spec, TorchParameters parameters) {
  /** PyTorch's default: how much of a batch's statistics the running ones take over. */
  private static final double MOMENTUM = 0.1;

  /** The same of batch renormalisation, small enough to average over batches of all sizes. */
  private static final double SLOW_MOMENTUM = 0.02;

  /** How far the running deviation and mean may lie from the batch's; the paper's final values. */
  private static final double MOST_RATIO = 3;

  private static final double MOST_DISTANCE = 5;

  /**
   * @param pixels {@code [rows, channels, height, width]}
   * @return {@code [rows, grid rows · columns, width]}
   */
  Tensor embed(Tensor pixels, TorchLayers layers) {
    Tensor picture = pixels;
    for (int i = 0; i < spec.stages().size(); i++) {
      ConvolutionalStem.Stage stage = spec.stages().get(i);
      String name = "encoder.stem." + i;
      Tensor convolved =
          torch.conv2d(
              picture,
              parameters.get(name + ".convolution.weight"),
              new TensorOptional(),
              new long[] {stage.strideHeight(), stage.strideWidth()},
              new long[] {stage.kernelHeight() / 2, stage.kernelWidth() / 2},
              new long[] {1, 1},
              1);
      Tensor normed =
          spec.anySize() && layers.training()
              ? renormed(name + ".norm", convolved)
              : normed(name + ".norm", convolved, layers.training());
      boolean last = i == spec.stages().size() - 1;
      picture = TorchLayers.activate(normed, last ? Activation.IDENTITY : Activation.RELU);
    }
    Tensor sequence = TorchEncoder.sequence(picture);
    return spec.anySize() ? sequence.add(positions(picture.size(2), picture.size(3))) : sequence;
  }

  /** {@code [1, rows · columns, width]}: the upper left part of the largest grid. */
  private Tensor positions(long rows, long columns) {
    Tensor table = parameters.get("encoder.positions.weight");
    long width = table.size(2);
    return table
        .view(1, spec.gridHeight(), spec.gridWidth(), width)
        .narrow(1, 0, rows)
        .narrow(2, 0, columns)
        .reshape(1, rows * columns, width);
  }

  private Tensor normed(String name, Tensor convolved, boolean training) {
    return torch.batch_norm(
        convolved,
        new TensorOptional(parameters.get(name + ".weight")),
        new TensorOptional(parameters.get(name + ".bias")),
        new TensorOptional(parameters.get(name + ".running_mean")),
        new TensorOptional(parameters.get(name + ".running_var")),
        training,
        MOMENTUM,
        spec.epsilon(),
        false);
  }

  /** What normalises by the batch, scaled and moved to where the running statistics lead. */
  private Tensor renormed(String name, Tensor convolved) {
    Tensor ratio;
    Tensor distance;
    try (AutoGradMode noGradients = new AutoGradMode(false)) {
      long[] allButChannels = {0, 2, 3};
      Tensor mean = convolved.mean(allButChannels);
      Tensor variance = convolved.var(allButChannels, false);
      Tensor runningMean = parameters.get(name + ".running_mean");
      Tensor runningVariance = parameters.get(name + ".running_var");
      Scalar epsilon = new Scalar(spec.epsilon());
      Tensor deviation = runningVariance.add(epsilon).sqrt();
      ratio = clamped(variance.add(epsilon).sqrt().div(deviation), 1 / MOST_RATIO, MOST_RATIO);
      distance = clamped(mean.sub(runningMean).div(deviation), -MOST_DISTANCE, MOST_DISTANCE);
      runningMean.lerp_(mean, new Scalar(SLOW_MOMENTUM));
      runningVariance.lerp_(variance, new Scalar(SLOW_MOMENTUM));
    }
    Tensor weight = parameters.get(name + ".weight");
    return torch.batch_norm(
        convolved,
        new TensorOptional(weight.mul(ratio)),
        new TensorOptional(parameters.get(name + ".bias").add(weight.mul(distance))),
        new TensorOptional(),
        new TensorOptional(),
        true,
        MOMENTUM,
        spec.epsilon(),
        false);
  }

  private static Tensor clamped(Tensor values, double least, double most) {
    return values.clamp(
        new ScalarOptional(new Scalar(least)), new ScalarOptional(new Scalar(most)));
  }
}
