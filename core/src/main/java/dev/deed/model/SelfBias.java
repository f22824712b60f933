package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;

/**
 * What positions add to the scores of a decoder layer's self-attention. Safe for use from many
 * threads.
 */
interface SelfBias {
  /** Values that {@link #forRows} writes for query rows at positions {@code first…length−1}. */
  int memory(int first, int length);

  /**
   * The bias of query rows at positions {@code first…length−1} over keys 0…length−1; good as long
   * as nobody else writes where it lies.
   *
   * @param memory {@link #memory} values from {@code at} on are this bias's to write
   */
  AttentionBias forRows(int first, int length, float[] memory, int at, WorkerTeam team);
}
