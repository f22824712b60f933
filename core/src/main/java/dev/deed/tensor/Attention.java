package dev.deed.tensor;

import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention of a block of query rows over one {@link KeyValueCache}. */
public final class Attention {
  /** Below this, sharing out costs more than it saves. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  private Attention() {}

  /**
   * For each query row r and head h: score_p = (Σ_d q_d · k_{p,d}, d ascending, fused) · scale +
   * bias; w = softmax(score); out_d = Σ_p w_p · v_{p,d}, p ascending, fused. Head h occupies {@code
   * headWidth} values from {@code h · headWidth} on in queries, keys, values and output.
   *
   * <p>The bits of a row depend on that row, the positions it sees and its bias alone, not on the
   * block it is computed in or on threads. Safe for use from many threads on an unchanging cache.
   *
   * @param q queries [rows, heads · headWidth] from {@code qOffset}, {@code qStride} apart
   * @param firstLength positions that row 0 sees: 0…firstLength−1
   * @param lengthStep row r sees {@code firstLength + r · lengthStep} positions: 0 when all see the
   *     same (encoder, cross-attention), 1 in a causal block
   * @param bias added to the scaled scores, or null
   * @param out receives [rows, heads · headWidth] from {@code outOffset}, {@code outStride} apart;
   *     0 for a row that sees no position
   * @throws IllegalArgumentException if heads do not fit the cache's width or a row would see more
   *     positions than there are
   * @throws IndexOutOfBoundsException if an array is too short
   */
  public static void attend(
      float[] q,
      int qOffset,
      int qStride,
      int rows,
      int heads,
      int headWidth,
      float scale,
      KeyValueCache cache,
      int firstLength,
      int lengthStep,
      @Nullable AttentionBias bias,
      float[] out,
      int outOffset,
      int outStride,
      WorkerTeam team) {
    attend(
        KernelChoice.active().attention(),
        new AttentionJob(
            q,
            qOffset,
            qStride,
            rows,
            heads,
            headWidth,
            scale,
            cache,
            firstLength,
            lengthStep,
            bias,
            out,
            outOffset,
            outStride),
        team);
  }

  static void attend(AttentionKernel kernel, AttentionJob job, WorkerTeam team) {
    if (job.rows() <= 0) {
      return;
    }
    job.check();
    int parts = team.size() == 1 ? 1 : parts(job, team.size());
    if (parts == 1) {
      kernel.attend(job, 0, job.heads(), 0, job.rows());
      return;
    }
    int heads = job.heads();
    int blocks = Math.min(job.rows(), (parts + heads - 1) / heads);
    team.run(
        heads * blocks,
        part -> {
          int head = part / blocks;
          int first = WorkerTeam.bound(part % blocks, blocks, job.rows());
          int end = WorkerTeam.bound(part % blocks + 1, blocks, job.rows());
          kernel.attend(job, head, head + 1, first, end);
        });
  }

  private static int parts(AttentionJob job, int threads) {
    long positions = Math.max(job.length(0), job.length(job.rows() - 1));
    long work = 2 * positions * job.rows() * job.cache().width();
    return (int)
        Math.clamp(work / PART_MULTIPLY_ADDS, 1, (long) WorkerTeam.PARTS_PER_THREAD * threads);
  }
}
