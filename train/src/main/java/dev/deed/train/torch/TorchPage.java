package dev.deed.train.torch;

import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.TransformerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * LaTr's input: tokens with their places, if any, a picture's encoder behind. Not thread-safe.
 *
 * @param table of tokens, [vocabulary, width]
 */
record TorchPage(LayoutAwareFront spec, TorchParameters parameters, Tensor table) {
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
