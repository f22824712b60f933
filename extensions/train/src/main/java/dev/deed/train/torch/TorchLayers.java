package dev.deed.train.torch;

import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
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
  /**
   * Tokens through a table, {@code [rows, length]} to {@code [rows, length, width]}.
   *
   * @param table {@code [vocabulary, width]}
   * @param scale factor of the looked-up rows
   * @param own token that has a vector beside the table, without factor; {@code NO_TOKEN} for none
   * @param vector that vector's name
   */
  Tensor embed(long[][] ids, Tensor table, float scale, int own, String vector) {
    Tensor rows = torch.embedding(table, parameters.device().integers(ids));
    Tensor scaled = scale == 1f ? rows : rows.mul(new Scalar(scale));
    if (own == TransformerSpec.Embedding.NO_TOKEN) {
      return scaled;
    }
    int length = ids[0].length;
    float[] others = new float[ids.length * length];
    for (int i = 0; i < others.length; i++) {
      others[i] = ids[i / length][i % length] == own ? 0 : 1;
    }
    // Also where no row has the token: every step gives the vector a gradient, as after a resume.
    Tensor kept = parameters.device().floats(others, ids.length, length, 1);
    return scaled.mul(kept).add(kept.neg().add(new Scalar(1)).mul(parameters.get(vector)));
  }

  /** Linear layer {@code name}: {@code [.., inputs]} to {@code [.., outputs]}. */
  Tensor linear(String name, Tensor input, boolean bias) {
    Tensor weight = parameters.get(Names.weight(name));
    return bias
        ? torch.linear(input, weight, new TensorOptional(parameters.get(Names.bias(name))))
        : torch.linear(input, weight);
  }

  /** Norm {@code name} over the last dimension. */
  Tensor norm(String name, Tensor input, StackSpec stack) {
    NormSpec spec = stack.norm();
    Tensor stored = parameters.get(Names.weight(name));
    TensorOptional weight = new TensorOptional(spec.fromOne() ? stored.add(new Scalar(1)) : stored);
    long[] shape = {stored.size(0)};
    if (spec.kind() == NormSpec.Kind.RMS) {
      return torch.rms_norm(input, shape, weight, new DoubleOptional(spec.epsilon()));
    }
    TensorOptional bias = new TensorOptional(parameters.get(Names.bias(name)));
    return torch.layer_norm(input, shape, weight, bias, spec.epsilon(), false);
  }

  /** Drops elements at random and scales the others up, in training alone. */
  Tensor drop(Tensor input) {
    return dropout == 0 ? input : torch.dropout(input, dropout, true);
  }

  /**
   * A self-attention block with its norm and residual.
   *
   * @param hidden {@code [rows, positions, width]}
   * @param besides an encoder output that it is over too; null for none
   */
  Tensor selfBlock(
      Names.Attention names,
      Tensor hidden,
      TorchAttention.View view,
      TorchAttention.@Nullable Source besides,
      StackSpec stack) {
    TorchAttention attention = new TorchAttention(this, stack);
    return block(names.norm(), hidden, stack, input -> attention.self(names, input, view, besides));
  }

  Tensor crossBlock(
      Names.Attention names, Tensor hidden, TorchAttention.Source source, StackSpec stack) {
    TorchAttention attention = new TorchAttention(this, stack);
    return block(names.norm(), hidden, stack, input -> attention.cross(names, input, source));
  }

  Tensor feedForwardBlock(Names.FeedForward names, Tensor hidden, StackSpec stack) {
    return block(names.norm(), hidden, stack, input -> feedForward(names, input, stack));
  }

  private Tensor block(String norm, Tensor hidden, StackSpec stack, UnaryOperator<Tensor> inner) {
    Tensor input = stack.preNorm() ? norm(norm, hidden, stack) : hidden;
    Tensor sum = hidden.add(drop(inner.apply(input)));
    return stack.preNorm() ? sum : norm(norm, sum, stack);
  }

  private Tensor feedForward(Names.FeedForward names, Tensor input, StackSpec stack) {
    FeedForwardSpec spec = stack.feedForward();
    Tensor inner = linear(names.in(), input, spec.bias());
    Tensor activated =
        spec.gated()
            ? activate(linear(names.gate(), input, spec.bias()), spec.activation()).mul(inner)
            : activate(inner, spec.activation());
    Tensor output = linear(names.out(), drop(activated), spec.bias());
    return spec.outputNorm() ? norm(names.outputNorm(), output, stack) : output;
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

  /** {@code cap · tanh(scores / cap)}, where there is a cap. */
  static Tensor capped(Tensor scores, float cap) {
    return cap == 0 ? scores : torch.tanh(scores.div(new Scalar(cap))).mul(new Scalar(cap));
  }
}
