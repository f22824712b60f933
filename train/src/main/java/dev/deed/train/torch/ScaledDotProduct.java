package dev.deed.train.torch;

import dev.deed.model.spec.AttentionSpec;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
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
   * @param key {@code [rows, heads of keys, keys, headWidth]}
   * @param value {@code [rows, heads of keys, keys, headWidth]}
   * @param bias added to the scaled products, broadcast to {@code [rows, heads, queries, keys]};
   *     null for none
   * @return {@code [rows, heads, queries, headWidth]}
   */
  static Tensor of(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor bias, AttentionSpec spec) {
    Tensor keys = forQueries(key, spec);
    Tensor values = forQueries(value, spec);
    if (spec.scoreCap() == 0 && (bias == null || !bias.requires_grad())) {
      TensorOptional added = bias == null ? new TensorOptional() : new TensorOptional(bias);
      return torch.scaled_dot_product_attention(
          query, keys, values, added, 0, false, new DoubleOptional(spec.scale()), false);
    }
    // LibTorch's fused attention learns no bias and caps no score.
    Tensor products = torch.matmul(query.mul(new Scalar(spec.scale())), keys.transpose(2, 3));
    Tensor scores = TorchLayers.capped(products, spec.scoreCap());
    return torch.matmul(torch.softmax(bias == null ? scores : scores.add(bias), 3), values);
  }

  /** Heads of keys or values, each as often as heads of queries share it. */
  private static Tensor forQueries(Tensor heads, AttentionSpec spec) {
    int group = spec.heads() / spec.keyValueHeads();
    return group == 1
        ? heads
        : torch.repeat_interleave(heads, group, new LongOptional(1), new LongOptional());
  }
}
