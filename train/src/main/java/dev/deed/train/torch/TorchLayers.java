package dev.deed.train.torch;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The building blocks of a stack over named parameters, for one forward pass. Not thread-safe.
 *
 * @param dropout share of elements that are dropped after the embedding, inside the feed-forward
 *     network and at the end of each block; 0 for none
 * @param batchStatistics whether batch norms take the batch's statistics and update their own
 */
record TorchLayers(TorchParameters parameters, double dropout, boolean batchStatistics) {
  /** Linear layer {@code name}: {@code [.., inputs]} to {@code [.., outputs]}. */
  Tensor linear(String name, Tensor input, boolean bias) {
    Tensor weight = parameters.get(Names.weight(name));
    return bias
        ? torch.linear(input, weight, new TensorOptional(parameters.get(Names.bias(name))))
        : torch.linear(input, weight);
  }

  /** Norm {@code name} over the last dimension. */
  Tensor norm(String name, Tensor input, StackSpec stack) {
    TensorOptional weight = new TensorOptional(parameters.get(Names.weight(name)));
    long[] shape = {stack.width()};
    float epsilon = stack.norm().epsilon();
    if (stack.norm().kind() == NormSpec.Kind.RMS) {
      return torch.rms_norm(input, shape, weight, new DoubleOptional(epsilon));
    }
    TensorOptional bias = new TensorOptional(parameters.get(Names.bias(name)));
    return torch.layer_norm(input, shape, weight, bias, epsilon, false);
  }

  /** Drops elements at random and scales the others up, in training alone. */
  Tensor drop(Tensor input) {
    return dropout == 0 ? input : torch.dropout(input, dropout, true);
  }

  /**
   * What a block attends to.
   *
   * @param states {@code [inputs, positions, width]}, which keys and values are projected from
   * @param inputs {@code [rows]} of them, that which each row attends to; null: the row of its own
   *     number
   */
  record Source(Tensor states, @Nullable Tensor inputs) {
    private Tensor forRows(Tensor projected) {
      return inputs == null ? projected : projected.index_select(0, inputs);
    }
  }

  /**
   * An attention block with its norm and residual.
   *
   * @param hidden {@code [rows, queries, width]}
   * @param source null: the block's own input
   * @param bias added to the scaled products, broadcast to {@code [rows, heads, queries, keys]};
   *     null for none
   */
  Tensor attentionBlock(
      Names.Attention names,
      Tensor hidden,
      @Nullable Source source,
      @Nullable Tensor bias,
      StackSpec stack) {
    Tensor input = stack.preNorm() ? norm(names.norm(), hidden, stack) : hidden;
    Source keys = source == null ? new Source(input, null) : source;
    Tensor sum = hidden.add(drop(attention(names, input, keys, bias, stack.attention())));
    return stack.preNorm() ? sum : norm(names.norm(), sum, stack);
  }

  /** A feed-forward block with its norm and residual. */
  Tensor feedForwardBlock(Names.FeedForward names, Tensor hidden, StackSpec stack) {
    Tensor input = stack.preNorm() ? norm(names.norm(), hidden, stack) : hidden;
    Tensor sum = hidden.add(drop(feedForward(names, input, stack.feedForward())));
    return stack.preNorm() ? sum : norm(names.norm(), sum, stack);
  }

  private Tensor feedForward(Names.FeedForward names, Tensor input, FeedForwardSpec spec) {
    Tensor inner = linear(names.in(), input, spec.bias());
    Tensor activated =
        spec.gated()
            ? activate(linear(names.gate(), input, spec.bias()), spec.activation()).mul(inner)
            : activate(inner, spec.activation());
    return linear(names.out(), drop(activated), spec.bias());
  }

  private Tensor attention(
      Names.Attention names,
      Tensor input,
      Source source,
      @Nullable Tensor bias,
      AttentionSpec spec) {
    Tensor query = heads(linear(names.query(), input, spec.biases().query()), spec);
    // Projected once for all rows that attend to an input.
    Tensor keys = linear(names.key(), source.states(), spec.biases().key());
    Tensor values = linear(names.value(), source.states(), spec.biases().value());
    Tensor key = heads(source.forRows(keys), spec);
    Tensor value = heads(source.forRows(values), spec);
    Tensor mixed = ScaledDotProduct.of(query, key, value, bias, spec.scale());
    Tensor joined = mixed.transpose(1, 2).reshape(input.size(0), input.size(1), spec.width());
    return linear(names.output(), joined, spec.biases().output());
  }

  private static Tensor heads(Tensor projected, AttentionSpec spec) {
    return projected
        .view(projected.size(0), projected.size(1), spec.heads(), spec.headWidth())
        .transpose(1, 2);
  }

  static Tensor activate(Tensor input, Activation activation) {
    return switch (activation) {
      case RELU -> torch.relu(input);
      case GELU -> torch.gelu(input);
      case GELU_TANH -> torch.gelu(input, "tanh");
      case SILU -> torch.silu(input);
      case TANH -> torch.tanh(input);
      case IDENTITY -> input;
    };
  }
}
