package dev.deed.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Tokens through a table.
 *
 * @param table {@code [vocabulary, width]}
 * @param scale factor of the looked-up rows
 */
record TorchTokens(TorchDevice device, Tensor table, float scale) {
  /** {@code [rows, length]} to {@code [rows, length, width]}. */
  Tensor embed(long[][] ids) {
    Tensor rows = torch.embedding(table, device.integers(ids));
    return scale == 1f ? rows : rows.mul(new Scalar(scale));
  }

  /**
   * Gives a token a vector beside the table, without factor.
   *
   * @param embedded {@code [rows, length, width]}
   * @param vector {@code [width]}
   */
  Tensor withVector(Tensor embedded, long[][] ids, int token, Tensor vector) {
    float[] others = new float[ids.length * ids[0].length];
    for (int i = 0; i < others.length; i++) {
      others[i] = ids[i / ids[0].length][i % ids[0].length] == token ? 0 : 1;
    }
    // Also where no row has the token: every step gives the vector a gradient, as after a resume.
    Tensor kept = device.floats(others, ids.length, ids[0].length, 1);
    return embedded.mul(kept).add(kept.neg().add(new Scalar(1)).mul(vector));
  }
}
