package dev.deed.tensor;

/**
 * A block of rows to be packed under others, such as the query weights of a fused query, key and
 * value projection.
 *
 * @param rows where the rows come from
 * @param outputs number of rows
 */
public record RowBlock(RowSource rows, int outputs) {
  /**
   * @throws IllegalArgumentException if {@code outputs} is negative
   */
  public RowBlock {
    if (outputs < 0) {
      throw new IllegalArgumentException("a block cannot have " + outputs + " rows");
    }
  }
}
