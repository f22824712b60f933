package dev.deed.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of drafts over int8 copies of keys and values. For each query row and head: score_p =
 * (Σ_d q_d · k_{p,d}, d ascending, fused) · key scale_p · scale, capped where there is a cap, +
 * bias; w = softmax of the scores, times value scale; out_d = Σ_p w_p · v_{p,d}, p ascending,
 * fused.
 *
 * <p>The bits of a row do not depend on other rows or on threads. Immutable; safe for use from many
 * threads.
 */
public record NarrowAttention(NarrowAttentionKernel kernel) {
  /** Below this, sharing out costs more than it saves. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  /**
   * A block of query rows that see all positions of one source.
   *
   * @param q queries [rows, heads · headWidth]
   * @param layout of the heads
   * @param bias added to the scaled scores, or null
   * @param out receives [rows, heads · headWidth]
   */
  public record Job(
      FloatRows q,
      AttentionHeads layout,
      NarrowKeysValues source,
      @Nullable AttentionBias bias,
      FloatRows out) {

    /** Heads of the queries. */
    public int heads() {
      return source.heads() * layout.group();
    }

    /** The heads of keys and values that a head of the queries reads. */
    public int sourceHead(int head) {
      return head / layout.group();
    }

    void check() {
      if (q.count() != out.count()) {
        throw new IllegalArgumentException(
            "%d rows of queries give no %d outputs".formatted(q.count(), out.count()));
      }
      int width = heads() * source.headWidth();
      q.checkBounds(width);
      out.checkBounds(width);
    }
  }

  /** The int8 copy of a cache. */
  public NarrowKeysValues copy(KeyValueCache wide, ThreadPool pool) {
    NarrowKeysValues narrow = new NarrowKeysValues(wide.heads(), wide.headWidth(), wide.length());
    long each = 2L * wide.length() * wide.headWidth();
    pool.share(wide.heads(), least(each), (first, end) -> kernel.round(wide, narrow, first, end));
    return narrow;
  }

  /**
   * Does jobs that write to different places, shared out among the pool.
   *
   * @param jobs of sources with as many heads
   * @throws IndexOutOfBoundsException if an array is too short
   */
  public void attend(List<Job> jobs, ThreadPool pool) {
    int heads = jobs.isEmpty() ? 0 : jobs.getFirst().heads();
    long work = 0;
    for (Job job : jobs) {
      job.check();
      work += 2L * job.source.length() * job.q.count() * job.source.headWidth();
    }
    int parts = jobs.size() * heads;
    pool.share(
        parts,
        least(work / Math.max(1, jobs.size())),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            kernel.attend(jobs.get(i / heads), i % heads, i % heads + 1);
          }
        });
  }

  /** Heads that are worth handing over. */
  private static int least(long each) {
    return (int) Math.max(1, PART_MULTIPLY_ADDS / Math.max(1, each));
  }
}
