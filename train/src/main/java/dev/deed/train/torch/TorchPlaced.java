package dev.deed.train.torch;

import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.TransformerSpec;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Tokens, with rows of pictures in the places of some. The rows are given: what makes them is not
 * trained. Not thread-safe.
 *
 * @param table of tokens, [vocabulary, width]
 */
record TorchPlaced(PictureTextFront spec, TorchParameters parameters, Tensor table) {
  /** {@code [rows, tokens, width]}. */
  Tensor embed(BatchInput.Placed input) {
    TorchDevice device = parameters.device();
    long[][] ids = input.text().ids();
    TorchTokens tokens = new TorchTokens(device, table, spec.tokens().scale());
    Tensor embedded = tokens.embed(ids);
    if (spec.ownVector() != TransformerSpec.Embedding.NO_TOKEN) {
      Tensor vector = parameters.get(Names.ENCODER.ownVector());
      embedded = tokens.withVector(embedded, ids, spec.ownVector(), vector);
    }
    if (input.pictures().stream().allMatch(rows -> rows.length == 0)) {
      return embedded;
    }
    int length = ids[0].length;
    int width = Math.toIntExact(table.size(1));
    float[] others = new float[ids.length * length];
    float[] pictures = new float[others.length * width];
    Arrays.fill(others, 1);
    for (int row = 0; row < ids.length; row++) {
      float[] own = input.pictures().get(row);
      int used = 0;
      for (int i = 0; used < own.length; i++) {
        if (ids[row][i] == spec.placeholder()) {
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
}
