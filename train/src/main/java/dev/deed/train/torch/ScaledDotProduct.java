package dev.deed.train.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762), with gradients. */
final class ScaledDotProduct {
  private ScaledDotProduct() {}

  /**
   * The mean of the values, weighted by the softmax of the scaled products.
   *
   * @param query {@code [rows, heads, queries, headWidth]}
   * @param key {@code [rows, heads, keys, headWidth]}
   * @param value {@code [rows, heads, keys, headWidth]}
   * @param bias added to the scaled products, broadcast to {@code [rows, heads, queries, keys]};
   *     null for none
   * @param scale of the products, before the bias
   * @return {@code [rows, heads, queries, headWidth]}
   */
  static Tensor of(Tensor query, Tensor key, Tensor value, @Nullable Tensor bias, float scale) {
    if (bias != null && bias.requires_grad()) {
      // LibTorch's fused attention learns no bias.
      Tensor scores = torch.matmul(query.mul(new Scalar(scale)), key.transpose(2, 3)).add_(bias);
      return torch.matmul(torch.softmax(scores, 3), value);
    }
    TensorOptional added = bias == null ? new TensorOptional() : new TensorOptional(bias);
    return torch.scaled_dot_product_attention(
        query, key, value, added, 0, false, new DoubleOptional(scale), false);
  }
}
