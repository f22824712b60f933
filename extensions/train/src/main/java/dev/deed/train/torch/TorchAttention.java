package dev.deed.train.torch;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.StackSpec;
import dev.deed.train.torch.TorchPositions.TorchRotary;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The attentions of a stack with their projections, for one forward pass. Not thread-safe. */
record TorchAttention(TorchLayers layers, StackSpec stack) {
  /**
   * What a kind of layer makes of its own positions: a bias added to the scaled products, broadcast
   * to {@code [rows, heads, queries, keys]}, and what turns queries and keys; null for none.
   */
  record View(@Nullable Tensor bias, @Nullable TorchRotary rotary) {}

  /**
   * An encoder output.
   *
   * @param states {@code [inputs, positions, width]}, which keys and values are projected from
   * @param inputs {@code [rows]} of them, that which each row attends to; null: the row of its own
   *     number
   * @param padding {@code [rows, 1, 1, positions]}, bias of padded positions; null for none
   */
  record Source(Tensor states, @Nullable Tensor inputs, @Nullable Tensor padding) {}

  /** Keys and values, {@code [rows, heads of keys, positions, headWidth]}. */
  private record KeysValues(Tensor keys, Tensor values) {
    KeysValues forRows(@Nullable Tensor inputs) {
      return inputs == null
          ? this
          : new KeysValues(keys.index_select(0, inputs), values.index_select(0, inputs));
    }

    KeysValues with(KeysValues others) {
      return new KeysValues(
          torch.cat(new TensorVector(keys, others.keys), 2),
          torch.cat(new TensorVector(values, others.values), 2));
    }
  }

  /**
   * Attention of rows to themselves.
   *
   * @param input {@code [rows, queries, width]}
   * @param besides an encoder output that the same softmax is over, through the same projections;
   *     null for none
   */
  Tensor self(Names.Attention names, Tensor input, View view, @Nullable Source besides) {
    Tensor query = queries(names, input);
    KeysValues own = keysValues(names, input);
    TorchRotary rotary = view.rotary();
    if (rotary != null) {
      query = rotary.turn(query);
      own = new KeysValues(rotary.turn(own.keys), own.values);
    }
    if (besides == null) {
      return output(names, query, own, view.bias());
    }
    KeysValues others = keysValues(names, besides.states).forRows(besides.inputs);
    return output(names, query, own.with(others), joined(view.bias(), besides, query, own, others));
  }

  /** Attention of rows to an encoder output. */
  Tensor cross(Names.Attention names, Tensor input, Source source) {
    // Projected once for all rows that attend to an input.
    KeysValues projected = keysValues(names, source.states).forRows(source.inputs);
    return output(names, queries(names, input), projected, source.padding);
  }

  private Tensor queries(Names.Attention names, Tensor input) {
    AttentionSpec spec = stack.attention();
    Tensor query =
        heads(layers.linear(names.query(), input, spec.biases().query()), spec.heads(), spec);
    return spec.headNorms() ? layers.norm(names.queryNorm(), query, stack) : query;
  }

  private KeysValues keysValues(Names.Attention names, Tensor states) {
    AttentionSpec spec = stack.attention();
    int count = spec.keyValueHeads();
    Tensor keys = heads(layers.linear(names.key(), states, spec.biases().key()), count, spec);
    Tensor values = heads(layers.linear(names.value(), states, spec.biases().value()), count, spec);
    return new KeysValues(
        spec.headNorms() ? layers.norm(names.keyNorm(), keys, stack) : keys, values);
  }

  private static Tensor heads(Tensor projected, int count, AttentionSpec spec) {
    return projected
        .view(projected.size(0), projected.size(1), count, spec.headWidth())
        .transpose(1, 2);
  }

  /** {@code [rows, 1, queries, own keys + others]}. */
  private static Tensor joined(
      @Nullable Tensor bias, Source besides, Tensor query, KeysValues own, KeysValues others) {
    return torch.cat(
        new TensorVector(
            expanded(bias, query, own.keys), expanded(besides.padding, query, others.keys)),
        3);
  }

  private static Tensor expanded(@Nullable Tensor bias, Tensor query, Tensor keys) {
    long[] shape = {query.size(0), 1, query.size(2), keys.size(2)};
    return bias == null ? torch.zeros(shape, query.options()) : bias.expand(shape);
  }

  private Tensor output(
      Names.Attention names, Tensor query, KeysValues attended, @Nullable Tensor bias) {
    AttentionSpec spec = stack.attention();
    Tensor mixed = attend(query, attended.keys, attended.values, bias, spec);
    Tensor joined = mixed.transpose(1, 2).reshape(query.size(0), query.size(2), spec.width());
    Tensor output = layers.linear(names.output(), joined, spec.biases().output());
    return spec.outputNorm() ? layers.norm(names.outputNorm(), output, stack) : output;
  }

  /**
   * Scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762): the mean of the values,
   * weighted by the softmax of the scaled products.
   *
   * @param query {@code [rows, heads, queries, headWidth]}
   * @param key {@code [rows, heads of keys, keys, headWidth]}
   * @param value {@code [rows, heads of keys, keys, headWidth]}
   * @param bias added to the scaled products, broadcast to {@code [rows, heads, queries, keys]};
   *     null for none
   * @return {@code [rows, heads, queries, headWidth]}
   */
  private static Tensor attend(
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
