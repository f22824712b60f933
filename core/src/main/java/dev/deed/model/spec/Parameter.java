package dev.deed.model.spec;

import java.util.List;

/**
 * One tensor of a model.
 *
 * @param name canonical name, the same for all families, such as {@code
 *     decoder.layers.0.cross.query.weight}
 * @param shape as in the checkpoint, outermost first
 * @param role what it is, which decides how it starts and whether it trains and decays
 * @param optional whether a checkpoint may lack it
 */
public record Parameter(String name, List<Integer> shape, Role role, boolean optional) {
  public enum Role {
    /** Weight {@code [outputs, inputs...]} of a linear layer or convolution. */
    LINEAR,
    /** Weight of an attention's queries. */
    QUERY,
    /** Weight of the projection that ends an attention or a feed-forward network. */
    BLOCK_OUTPUT,
    /** Last projection of an adapter; starts at zero so that the adapter is the identity. */
    ADAPTER_OUTPUT,
    /** Weight {@code [inputs, outputs]} of a linear layer, stored the other way round. */
    TRANSPOSED,
    BIAS,
    NORM_WEIGHT,
    NORM_BIAS,
    EMBEDDING,
    POSITION,
    RELATIVE_BIAS,
    /** A vector in front of the embedding, such as a class token. */
    LEARNED_TOKEN,
    /** Statistics of batch norm: updated while training, never by gradients. */
    RUNNING_MEAN,
    RUNNING_VARIANCE,
    /** Never changed by training. */
    CONSTANT;

    public boolean trains() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE && this != CONSTANT;
    }

    /** Whether weight decay applies by default: matrices yes, biases, norms and positions no. */
    public boolean decays() {
      return switch (this) {
        case LINEAR, QUERY, BLOCK_OUTPUT, ADAPTER_OUTPUT, EMBEDDING -> true;
        default -> false;
      };
    }
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  Parameter renamed(String other) {
    return new Parameter(other, shape, role, optional);
  }

  /**
   * Whether it is the matrix of a linear layer or table; a gate, types of tokens and convolutions
   * are none.
   */
  public boolean isMatrix() {
    return role.decays() && shape.size() == 2 && shape.getFirst() > 2;
  }

  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  public boolean belongsToExits() {
    return Names.belongs(name, Names.EXITS);
  }
}
