package dev.deed.train.torch;

import dev.deed.model.front.StemFront;
import dev.deed.model.front.grid.ConvolutionShape;
import dev.deed.model.spec.Names;
import dev.deed.tensor.Activation;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A convolutional stem. Not thread-safe. */
record TorchStem(StemFront spec, TorchParameters parameters) {
  /** PyTorch's default: how much of a batch's statistics the running ones take over. */
  private static final double MOMENTUM = 0.1;

  /**
   * @param pixels {@code [rows, channels, height, width]}
   * @return {@code [rows, grid rows · columns, width]}
   */
  Tensor embed(Tensor pixels, TorchLayers layers) {
    Tensor picture = pixels;
    for (int i = 0; i < spec.stages().size(); i++) {
      ConvolutionShape stage = spec.stages().get(i);
      Names.Convolution names = StemFront.convolution(i);
      Tensor convolved =
          torch.conv2d(
              picture,
              parameters.get(Names.weight(names.kernel())),
              new TensorOptional(),
              new long[] {stage.stride().height(), stage.stride().width()},
              new long[] {stage.padding().height(), stage.padding().width()},
              new long[] {1, 1},
              1);
      Tensor normed = normed(names, convolved, layers.batchStatistics());
      boolean last = i == spec.stages().size() - 1;
      picture = TorchLayers.activate(normed, last ? Activation.IDENTITY : Activation.RELU);
    }
    Tensor sequence = TorchEncoder.sequence(picture);
    return spec.anySize() ? sequence.add(positions(picture.size(2), picture.size(3))) : sequence;
  }

  /** {@code [1, rows · columns, width]}: the upper left part of the largest grid. */
  private Tensor positions(long rows, long columns) {
    Tensor table = parameters.get(StemFront.positionTable());
    long width = table.size(2);
    return table
        .view(1, spec.gridHeight(), spec.gridWidth(), width)
        .narrow(1, 0, rows)
        .narrow(2, 0, columns)
        .reshape(1, rows * columns, width);
  }

  private Tensor normed(Names.Convolution names, Tensor convolved, boolean training) {
    return torch.batch_norm(
        convolved,
        new TensorOptional(parameters.get(Names.weight(names.norm()))),
        new TensorOptional(parameters.get(Names.bias(names.norm()))),
        new TensorOptional(parameters.get(names.runningMean())),
        new TensorOptional(parameters.get(names.runningVariance())),
        training,
        MOMENTUM,
        spec.epsilon(),
        false);
  }
}
