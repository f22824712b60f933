package dev.deed.train.torch;

import dev.deed.model.front.ConvolutionShape;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.StemFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The encoder's forward pass. Not thread-safe. */
record TorchEncoder(TransformerSpec.Encoder spec, TorchParameters parameters) {
  /**
   * What the decoder attends to.
   *
   * @param states {@code [rows, positions, width]}
   * @param padding bias of padded positions; null when there are none
   */
  record Output(Tensor states, @Nullable Tensor padding) {}

  Output encode(BatchInput input, TorchLayers layers) {
    return input instanceof BatchInput.Encoded encoded
        ? new Output(states(encoded), null)
        : run(input, layers);
  }

  private Tensor states(BatchInput.Encoded encoded) {
    List<float[]> inputs = encoded.states();
    int size = inputs.getFirst().length;
    float[] states = new float[Math.multiplyExact(size, inputs.size())];
    for (int i = 0; i < inputs.size(); i++) {
      System.arraycopy(inputs.get(i), 0, states, i * size, size);
    }
    int width = spec.stack().width();
    return parameters.device().floats(states, inputs.size(), size / width, width);
  }

  private Output run(BatchInput input, TorchLayers layers) {
    TorchPositions positions = new TorchPositions(parameters, Names.ENCODER);
    StackSpec stack = spec.stack();
    long[][] ids =
        switch (input) {
          case BatchInput.Text text -> text.ids();
          case BatchInput.Placed placed -> placed.text().ids();
          case BatchInput.Pages _, BatchInput.Pictures _, BatchInput.Encoded _ -> null;
        };
    Tensor hidden = positions.add(front(input, layers), spec.positions(), ids);
    if (spec.embeddingNorm()) {
      hidden = layers.norm(Names.ENCODER.embeddingNorm(), hidden, stack);
    }
    hidden = layers.drop(hidden);
    int length = Math.toIntExact(hidden.size(1));
    boolean[][] mask = input.mask(length);
    Tensor padding = mask == null ? null : positions.paddingBias(mask);
    Tensor relative = positions.relativeBias(spec.positions(), length);
    Tensor bias = relative == null || padding == null ? padding : relative.add(padding);
    List<TorchAttention.View> views = positions.views(stack, length, bias);
    for (int layer = 0; layer < stack.layers(); layer++) {
      Names.Layer names = Names.ENCODER.layer(layer);
      hidden = layers.selfBlock(names.self(), hidden, views.get(layer), null, stack);
      hidden = layers.feedForwardBlock(names.feedForward(), hidden, stack);
    }
    if (stack.finalNorm()) {
      hidden = layers.norm(Names.ENCODER.norm(), hidden, stack);
    }
    return new Output(hidden, padding);
  }

  private Tensor front(BatchInput input, TorchLayers layers) {
    return switch (spec.front()) {
      case TokenFront front when input instanceof BatchInput.Text text ->
          layers.embed(text.ids(), table(), front.scale(), TransformerSpec.Embedding.NO_TOKEN, "");
      case PictureTextFront front when input instanceof BatchInput.Placed placed ->
          placed(front, placed, layers);
      case PatchFront front when input instanceof BatchInput.Pictures pictures ->
          patches(front, pixels(pictures));
      case StemFront front when input instanceof BatchInput.Pictures pictures ->
          new TorchStem(front, parameters).embed(pixels(pictures), layers);
      case LayoutAwareFront front when input instanceof BatchInput.Pages pages ->
          new TorchPage(front, parameters, table()).embed(pages, layers);
      default -> throw new IllegalArgumentException("this encoder does not read such an input");
    };
  }

  /**
   * Tokens, with rows of pictures in the places of some, {@code [rows, tokens, width]}. The rows
   * are given: what makes them is not trained.
   */
  private Tensor placed(PictureTextFront front, BatchInput.Placed input, TorchLayers layers) {
    TorchDevice device = parameters.device();
    long[][] ids = input.text().ids();
    Tensor embedded =
        layers.embed(
            ids, table(), front.tokens().scale(), front.ownVector(), Names.ENCODER.ownVector());
    if (input.pictures().stream().allMatch(rows -> rows.length == 0)) {
      return embedded;
    }
    int length = ids[0].length;
    int width = spec.stack().width();
    float[] others = new float[ids.length * length];
    float[] pictures = new float[others.length * width];
    Arrays.fill(others, 1);
    for (int row = 0; row < ids.length; row++) {
      float[] own = input.pictures().get(row);
      int used = 0;
      for (int i = 0; used < own.length; i++) {
        if (ids[row][i] == front.placeholder()) {
          int at = row * length + i;
          others[at] = 0;
          System.arraycopy(own, used, pictures, at * width, width);
          used += width;
        }
      }
    }
    return embedded
        .mul(device.floats(others, ids.length, length, 1))
        .add(device.floats(pictures, ids.length, length, width));
  }

  /** Of tokens, [vocabulary, width]. */
  private Tensor table() {
    Names.Stack owner = spec.ownTable() ? Names.ENCODER : Names.DECODER;
    return parameters.get(Names.weight(owner.embedding()));
  }

  private Tensor pixels(BatchInput.Pictures pictures) {
    return parameters
        .device()
        .floats(
            pictures.values(),
            pictures.rows(),
            pictures.channels(),
            pictures.height(),
            pictures.width());
  }

  private Tensor patches(PatchFront front, Tensor pixels) {
    String name = PatchProjection.NAME;
    Tensor projected =
        torch.conv2d(
            pixels,
            parameters.get(Names.weight(name)),
            new TensorOptional(parameters.get(Names.bias(name))),
            new long[] {front.patch(), front.patch()},
            new long[] {0, 0},
            new long[] {1, 1},
            1);
    TensorVector parts = new TensorVector(learnedToken(PatchFront.CLASS_TOKEN, pixels));
    if (front.distillationToken()) {
      parts.push_back(learnedToken(PatchFront.DISTILLATION_TOKEN, pixels));
    }
    parts.push_back(sequence(projected));
    return torch.cat(parts, 1);
  }

  private Tensor learnedToken(String name, Tensor pixels) {
    return parameters.get(name).expand(pixels.size(0), 1, spec.stack().width());
  }

  /** {@code [rows, channels, height, width]} to {@code [rows, height · width, channels]}. */
  static Tensor sequence(Tensor picture) {
    return picture.flatten(2, 3).transpose(1, 2);
  }

  /** A convolutional stem. Not thread-safe. */
  private record TorchStem(StemFront spec, TorchParameters parameters) {
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

  /**
   * LaTr's input: tokens with their places, if any, a picture's encoder behind. Not thread-safe.
   *
   * @param table of tokens, [vocabulary, width]
   */
  private record TorchPage(LayoutAwareFront spec, TorchParameters parameters, Tensor table) {
    /** {@code [rows, tokens + patches, width]}. */
    Tensor embed(BatchInput.Pages input, TorchLayers layers) {
      TorchDevice device = parameters.device();
      Tensor text = torch.embedding(table, device.integers(input.text().ids()));
      if (!spec.tables().isEmpty()) {
        // Also where no token has a place: every step gives every table a gradient, as after a
        // resume.
        Tensor there = placed(input);
        for (LayoutAwareFront.Coordinate coordinate : spec.tables()) {
          Tensor edges = parameters.get(Names.weight(coordinate.table()));
          Tensor rows = torch.embedding(edges, device.integers(places(input, coordinate)));
          text = text.add(rows.mul(there));
        }
      }
      TransformerSpec.Encoder vision = spec.vision();
      if (vision == null || input.pictures() == null) {
        return text;
      }
      TorchParameters own = parameters.vision();
      TorchLayers ownLayers = new TorchLayers(own, layers.dropout(), layers.batchStatistics());
      Tensor seen = new TorchEncoder(vision, own).encode(input.pictures(), ownLayers).states();
      return torch.cat(
          new TensorVector(text, layers.linear(LayoutAwareFront.PROJECTION, seen, true)), 1);
    }

    /** {@code [rows, tokens, 1]}: 1 where a token has a place, else 0. */
    private Tensor placed(BatchInput.Pages input) {
      int rows = input.coordinates().length;
      int length = input.text().ids()[0].length;
      float[] there = new float[rows * length];
      for (int i = 0; i < there.length; i++) {
        there[i] = place(input, LayoutAwareFront.Coordinate.X0, i / length, i % length) < 0 ? 0 : 1;
      }
      return parameters.device().floats(there, rows, length, 1);
    }

    /** {@code [rows, tokens]} rows of a coordinate's table; 0 where there is no place. */
    private static long[][] places(BatchInput.Pages input, LayoutAwareFront.Coordinate coordinate) {
      long[][] places = new long[input.coordinates().length][input.text().ids()[0].length];
      for (int row = 0; row < places.length; row++) {
        for (int token = 0; token < places[row].length; token++) {
          places[row][token] = Math.max(0, place(input, coordinate, row, token));
        }
      }
      return places;
    }

    private static int place(
        BatchInput.Pages input, LayoutAwareFront.Coordinate coordinate, int row, int token) {
      int all = LayoutAwareFront.Coordinate.values().length;
      return input.coordinates()[row][token * all + coordinate.ordinal()];
    }
  }
}
