package dev.deed.model.front.grid;

import dev.deed.model.Linear;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of rows to each other within groups of equal size, whose projections to queries, keys
 * and values are stored as one matrix. Immutable.
 *
 * @param bias of the places of a group's rows; null for none
 */
record FusedAttention(int heads, Linear projections, Linear output, @Nullable PlaceBias bias) {
  /** Rows of queries with a bias in one piece of work. */
  private static final int BIASED_ROWS = 128;

  /** Adds the parameters that {@link #read} reads, but for those of the bias, and a norm. */
  static void declare(ParameterList parameters, Names.Attention names, StackSpec stack) {
    int width = stack.width();
    parameters.norm(names.norm(), stack.norm(), width);
    parameters.linear(names.fused(), 3 * width, width, stack.attention().biases().query());
    parameters.linear(names.output(), width, width, true);
  }

  static FusedAttention read(
      ParameterSource source, Names.Attention names, StackSpec stack, @Nullable PlaceBias bias) {
    return new FusedAttention(
        stack.attention().heads(),
        Linear.read(source, names.fused(), stack.attention().biases().query()),
        Linear.read(source, names.output(), true),
        bias);
  }

  int width() {
    return output.outputs();
  }

  private int headWidth() {
    return width() / heads;
  }

  private float scale() {
    return (float) Math.pow(headWidth(), -0.5);
  }

  /** What one caller works with. Belongs to one thread at a time. */
  final class Pass {
    private final int size;
    private final float[] projected;
    private final float[] attended;
    private final List<KeyValueCache> caches = new ArrayList<>();

    /**
     * @param groups that run together, at most
     * @param size rows of a group
     */
    Pass(int groups, int size) {
      this.size = size;
      int rows = Math.multiplyExact(groups, size);
      this.projected = new float[Math.multiplyExact(rows, 3 * width())];
      this.attended = new float[Math.multiplyExact(rows, width())];
      int all = bias == null ? groups : groups * heads;
      for (int i = 0; i < all; i++) {
        caches.add(new KeyValueCache(bias == null ? heads : 1, headWidth(), size));
      }
    }

    /**
     * @param x [groups, size, width]
     * @param y receives [groups, size, width]
     */
    void apply(float[] x, int groups, float[] y, WorkerTeam team) {
      projections.apply(x, groups * size, projected, team);
      int each = bias == null ? 1 : heads;
      team.run(groups * each, part -> fill(part / each, part % each, caches.get(part)));
      if (bias == null) {
        List<AttentionJob> jobs = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
          jobs.add(job(caches.get(group), group * size, size, 0, null));
        }
        KernelChoice.attention().attend(jobs, team);
      } else {
        attendWith(bias, groups, team);
      }
      output.apply(attended, groups * size, y, team);
    }

    /** Keys and values of a group, of the heads from one on that the cache has. */
    private void fill(int group, int head, KeyValueCache cache) {
      int stride = 3 * width();
      int keys = group * size * stride + width() + head * headWidth();
      cache.truncate(0);
      cache.write(
          cache.extend(size),
          new FloatRows(projected, keys, stride, size),
          new FloatRows(projected, keys + width(), stride, size));
    }

    private AttentionJob job(
        KeyValueCache cache, int first, int rows, int head, @Nullable AttentionBias added) {
      int stride = 3 * width();
      int at = head * headWidth();
      return new AttentionJob(
          new FloatRows(projected, first * stride + at, stride, rows),
          scale(),
          cache,
          size,
          0,
          added,
          new FloatRows(attended, first * width() + at, width(), rows));
    }

    /** Pieces of one head's rows: the biases of all would take the memory of a large model. */
    private void attendWith(PlaceBias places, int groups, WorkerTeam team) {
      int pieces = Math.ceilDiv(size, BIASED_ROWS);
      team.run(
          groups * heads * pieces,
          part -> {
            int head = part / pieces % heads;
            int group = part / pieces / heads;
            int first = WorkerTeam.bound(part % pieces, pieces, size);
            int rows = WorkerTeam.bound(part % pieces + 1, pieces, size) - first;
            int stride = 3 * width();
            int row = group * size + first;
            FloatRows queries =
                new FloatRows(projected, row * stride + head * headWidth(), stride, rows);
            AttentionJob job =
                job(caches.get(group * heads + head), row, rows, head, places.of(queries, first));
            KernelChoice.attention().attend(job, WorkerTeam.ALONE);
          });
    }
  }
}
