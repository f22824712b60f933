package dev.deed.model.spec;

import dev.deed.model.spec.Parameter.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects the parameters of a model in the order of the data's path. */
public final class ParameterList {
  private final List<Parameter> parameters = new ArrayList<>();

  public List<Parameter> toList() {
    return List.copyOf(parameters);
  }

  public void add(String name, Role role, Integer... shape) {
    parameters.add(new Parameter(name, List.of(shape), role, false));
  }

  /** Adds a tensor that a checkpoint may lack. */
  void addOptional(String name, Role role, Integer... shape) {
    parameters.add(new Parameter(name, List.of(shape), role, true));
  }

  /** Adds parameters of a model inside this one, under other names. */
  public void addRenamed(List<Parameter> others, UnaryOperator<String> names) {
    others.forEach(other -> parameters.add(other.renamed(names.apply(other.name()))));
  }

  /** Adds a table of vectors, [rows, width]. */
  public void table(String name, Role role, int rows, int width) {
    add(Names.weight(name), role, rows, width);
  }

  /** Adds a linear layer, [outputs, inputs] and perhaps [outputs]. */
  public void linear(String name, int outputs, int inputs, boolean bias) {
    linear(name, Role.LINEAR, outputs, inputs, bias);
  }

  void linear(String name, Role role, int outputs, int inputs, boolean bias) {
    add(Names.weight(name), role, outputs, inputs);
    if (bias) {
      add(Names.bias(name), Role.BIAS, outputs);
    }
  }

  /** Adds a convolution, [outputs, inputs, ...] and perhaps [outputs]. */
  public void convolution(String name, boolean bias, Integer... shape) {
    add(Names.weight(name), Role.LINEAR, shape);
    if (bias) {
      add(Names.bias(name), Role.BIAS, shape[0]);
    }
  }

  public void norm(String name, NormSpec spec, int width) {
    add(Names.weight(name), Role.NORM_WEIGHT, width);
    if (spec.kind() == NormSpec.Kind.LAYER) {
      add(Names.bias(name), Role.NORM_BIAS, width);
    }
  }

  void norm(String name, StackSpec stack) {
    norm(name, stack.norm(), stack.width());
  }

  /** Adds an attention with its norm, whose keys and values are projected from that width. */
  public void attention(Names.Attention names, StackSpec stack, int sourceWidth) {
    AttentionSpec spec = stack.attention();
    linear(names.query(), Role.QUERY, spec.width(), stack.width(), spec.biases().query());
    linear(names.key(), spec.keyWidth(), sourceWidth, spec.biases().key());
    linear(names.value(), spec.keyWidth(), sourceWidth, spec.biases().value());
    if (spec.headNorms()) {
      norm(names.queryNorm(), stack.norm(), spec.headWidth());
      norm(names.keyNorm(), stack.norm(), spec.headWidth());
    }
    if (spec.headScales()) {
      add(names.headScales(), Role.NORM_WEIGHT, spec.heads());
    }
    linear(names.output(), Role.BLOCK_OUTPUT, stack.width(), spec.width(), spec.biases().output());
    blockEnd(names, stack, spec.outputNorm());
  }

  /** Adds a feed-forward network with its norm. */
  public void feedForward(Names.FeedForward names, StackSpec stack) {
    FeedForwardSpec spec = stack.feedForward();
    if (spec.gated() && !spec.joined()) {
      linear(names.gate(), spec.width(), stack.width(), spec.bias());
    }
    linear(names.in(), spec.joined() ? 2 * spec.width() : spec.width(), stack.width(), spec.bias());
    if (spec.innerNorm()) {
      norm(names.innerNorm(), stack.norm(), spec.width());
    }
    linear(names.out(), Role.BLOCK_OUTPUT, stack.width(), spec.width(), spec.bias());
    blockEnd(names, stack, spec.outputNorm());
  }

  private void blockEnd(Names.Block names, StackSpec stack, boolean outputNorm) {
    if (outputNorm) {
      norm(names.outputNorm(), stack);
    }
    if (stack.layerScale()) {
      add(names.scale(), Role.NORM_WEIGHT, stack.width());
    }
    norm(names.norm(), stack);
  }

  /** Adds what a stack knows its positions by. */
  public void positions(Names.Stack names, PositionSpec positions, StackSpec stack) {
    int heads = stack.attention().heads();
    switch (positions) {
      case PositionSpec.None _, PositionSpec.Sinusoidal _ -> {}
      case PositionSpec.Learned learned ->
          table(names.positions(), Role.POSITION, learned.size() + learned.offset(), stack.width());
      case PositionSpec.RelativeBias relative ->
          table(names.relativeBias(), Role.RELATIVE_BIAS, relative.buckets(), heads);
      case PositionSpec.Untied untied -> {
        table(names.positions(), Role.POSITION, untied.rows(), stack.width());
        norm(names.positionNorm(), stack);
        for (int layer = 0; layer < stack.layers(); layer++) {
          table(
              Names.numbered(names.relativeBias(), layer),
              Role.RELATIVE_BIAS,
              untied.bucketRows(),
              heads);
        }
      }
    }
  }
}
