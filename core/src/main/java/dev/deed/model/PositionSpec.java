package dev.deed.model;

/** How a stack knows the order of its positions. */
public sealed interface PositionSpec {
  /** No positions at this place. */
  record None() implements PositionSpec {}

  /**
   * A learned vector per position, added to the embedding.
   *
   * @param size number of positions
   * @param offset rows of the table before position 0 (BART: 2)
   */
  record Learned(int size, int offset) implements PositionSpec {}

  /**
   * T5's bias per head and bucket of the distance between key and query, one table for all layers
   * of the stack.
   *
   * @param buckets rows of the table
   * @param maxDistance distances beyond share the last bucket
   */
  record RelativeBias(int buckets, int maxDistance) implements PositionSpec {}
}
