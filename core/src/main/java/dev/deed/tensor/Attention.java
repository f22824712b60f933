package dev.deed.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Scaled dot-product attention. For each query row r and head h: score_p = (Σ_d q_d · k_{p,d}, d
 * ascending, fused) · scale, capped where there is a cap, + bias; w_p = exp(score_p − largest
 * score); out_d = (Σ_p w_p · v_{p,d}, p ascending, fused) / Σ_p w_p, by the reciprocal of the sum.
 * Of two caches each has sums of its own, which are added.
 *
 * <p>The bits of a row depend on that row, the positions it sees and its bias alone, not on the
 * block it is computed in, on threads or on other jobs. Immutable; safe for use from many threads
 * on unchanging caches.
 */
public record Attention(AttentionKernel kernel) {
  /** Below this, sharing out costs more than it saves. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  /**
   * Does a job, shared out among the pool.
   *
   * @throws IllegalArgumentException if a row would see more positions than there are
   * @throws IndexOutOfBoundsException if an array is too short
   */
  public void attend(AttentionJob job, ThreadPool pool) {
    attend(List.of(job), pool);
  }

  private void share(AttentionJob job, ThreadPool pool) {
    int parts = parts(work(job), pool);
    if (parts == 1) {
      kernel.attend(job, 0, job.heads(), 0, job.rows());
      return;
    }
    int heads = job.heads();
    int blocks = Math.min(job.rows(), (parts + heads - 1) / heads);
    pool.run(
        heads * blocks,
        part -> {
          int head = part / blocks;
          int first = ThreadPool.bound(part % blocks, blocks, job.rows());
          int end = ThreadPool.bound(part % blocks + 1, blocks, job.rows());
          kernel.attend(job, head, head + 1, first, end);
        });
  }

  /** Does the jobs of a batch, which write to different places: each is too small for a pool. */
  public void attend(List<AttentionJob> jobs, ThreadPool pool) {
    List<AttentionJob> todo = new ArrayList<>(jobs.size());
    long work = 0;
    for (AttentionJob job : jobs) {
      if (job.rows() > 0) {
        job.check();
        AttentionJob folded = job.folded();
        todo.add(folded);
        work += work(folded);
      }
    }
    if (todo.size() == 1) {
      share(todo.getFirst(), pool);
      return;
    }
    int parts = parts(work, pool);
    if (parts == 1) {
      todo.forEach(job -> kernel.attend(job, 0, job.heads(), 0, job.rows()));
      return;
    }
    int groups = (parts + todo.size() - 1) / todo.size();
    pool.run(
        todo.size() * groups,
        part -> {
          AttentionJob job = todo.get(part / groups);
          int first = ThreadPool.bound(part % groups, groups, job.heads());
          int end = ThreadPool.bound(part % groups + 1, groups, job.heads());
          kernel.attend(job, first, end, 0, job.rows());
        });
  }

  /** Multiply-adds of a job. */
  private static long work(AttentionJob job) {
    int last = job.rows() - 1;
    long positions = Math.max(job.length(0) - job.first(0), job.length(last) - job.first(last));
    KeyValueCache beside = job.beside();
    positions += beside == null ? 0 : beside.length();
    return 2 * positions * job.rows() * job.heads() * job.headWidth();
  }

  private static int parts(long work, ThreadPool pool) {
    return pool.size() == 1
        ? 1
        : (int)
            Math.clamp(
                work / PART_MULTIPLY_ADDS, 1, (long) ThreadPool.PARTS_PER_THREAD * pool.size());
  }
}
