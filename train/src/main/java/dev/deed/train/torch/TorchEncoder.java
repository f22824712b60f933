package dev.deed.train.torch;

import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.StemFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
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
}
