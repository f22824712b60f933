package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention within square windows of a grid, which is filled up to whole windows with zeros behind
 * the norm; these take part. A window as large as the grid is all of it. Projections to queries,
 * keys and values are stored as one matrix. Immutable.
 *
 * @param bias of the places of a window; null for none
 * @param window edge of a window in cells
 */
record WindowAttention(
    Norm norm, int heads, Linear projections, Linear output, @Nullable PlaceBias bias, int window)
    implements GridMixing {
  /** Rows of windows that run together, at most, where they have more than one. */
  private static final int MOST_ROWS = 1024;

  /** Windows for each thread from which on each is run by one thread. */
  private static final int WINDOWS_PER_THREAD = 4;

  /** Rows of queries with a bias in one piece of work. */
  private static final int BIASED_ROWS = 128;

  /** Adds the parameters that {@link #read} reads, but for those of the bias. */
  static void declare(ParameterList parameters, Names.Attention names, StackSpec stack) {
    int width = stack.width();
    parameters.norm(names.norm(), stack.norm(), width);
    parameters.linear(names.fused(), 3 * width, width, stack.attention().biases().query());
    parameters.linear(names.output(), width, width, true);
  }

  static WindowAttention read(
      ParameterSource source,
      Names.Attention names,
      StackSpec stack,
      @Nullable PlaceBias bias,
      int window) {
    return new WindowAttention(
        Norm.read(source, names.norm(), stack.norm()),
        stack.attention().heads(),
        Linear.read(source, names.fused(), stack.attention().biases().query()),
        Linear.read(source, names.output(), true),
        bias,
        window);
  }

  private int width() {
    return output.outputs();
  }

  private int headWidth() {
    return width() / heads;
  }

  @Override
  public void addTo(FeatureMap grid, ThreadPool pool) {
    WindowPartition partition = new WindowPartition(grid.height(), grid.width(), window, 0);
    int count = partition.count();
    if (count >= WINDOWS_PER_THREAD * pool.size()) {
      pool.share(
          count,
          1,
          (first, end) -> {
            Pass pass = new Pass(partition, 1);
            for (int number = first; number < end; number++) {
              pass.apply(grid, number, 1, ThreadPool.ALONE);
            }
          });
      return;
    }
    int together = Math.clamp(MOST_ROWS / partition.slots(), 1, count);
    Pass pass = new Pass(partition, together);
    for (int first = 0; first < count; first += together) {
      pass.apply(grid, first, Math.min(together, count - first), pool);
    }
  }

  /** What one caller works with. Belongs to one thread at a time. */
  private final class Pass {
    private final WindowPartition partition;
    private final int size;
    private final int[][] cells;
    private final float[] rows;
    private final float[] projected;
    private final float[] attended;
    private final List<KeyValueCache> caches = new ArrayList<>();

    /**
     * @param windows that run together, at most
     */
    Pass(WindowPartition partition, int windows) {
      this.partition = partition;
      this.size = partition.slots();
      this.cells = new int[windows][size];
      this.rows = new float[Math.multiplyExact(windows * size, width())];
      this.projected = new float[Math.multiplyExact(windows * size, 3 * width())];
      this.attended = new float[rows.length];
      for (int i = 0; i < (bias == null ? windows : windows * heads); i++) {
        caches.add(new KeyValueCache(bias == null ? heads : 1, headWidth(), size));
      }
    }

    void apply(FeatureMap grid, int first, int windows, ThreadPool pool) {
      pool.run(windows, i -> gather(grid, first + i, i));
      projections.apply(rows, windows * size, projected, pool);
      int each = bias == null ? 1 : heads;
      pool.run(windows * each, part -> fill(part / each, part % each, caches.get(part)));
      if (bias == null) {
        List<AttentionJob> jobs = new ArrayList<>();
        for (int place = 0; place < windows; place++) {
          jobs.add(job(caches.get(place), place * size, size, 0, null));
        }
        KernelChoice.attention().attend(jobs, pool);
      } else {
        attendWith(bias, windows, pool);
      }
      // What was normed is not needed any more.
      output.apply(attended, windows * size, rows, pool);
      pool.run(windows, i -> add(grid, i));
    }

    private void gather(FeatureMap grid, int number, int place) {
      int width = grid.channels();
      int first = place * size;
      partition.cells(number, cells[place]);
      for (int slot = 0; slot < size; slot++) {
        int cell = cells[place][slot];
        if (cell != WindowPartition.FILLING) {
          System.arraycopy(grid.values(), cell * width, rows, (first + slot) * width, width);
        }
      }
      norm.applyTo(rows, first * width, size);
      for (int slot = 0; slot < size; slot++) {
        if (cells[place][slot] == WindowPartition.FILLING) {
          Arrays.fill(rows, (first + slot) * width, (first + slot + 1) * width, 0f);
        }
      }
    }

    private void add(FeatureMap grid, int place) {
      int width = grid.channels();
      int at = place * size * width;
      for (int cell : cells[place]) {
        if (cell != WindowPartition.FILLING) {
          KernelChoice.kernels().add(grid.values(), cell * width, rows, at, width);
        }
        at += width;
      }
    }

    /** Keys and values of a window, of the heads from one on that the cache has. */
    private void fill(int place, int head, KeyValueCache cache) {
      int stride = 3 * width();
      int keys = place * size * stride + width() + head * headWidth();
      cache.truncate(0);
      cache.write(
          cache.extend(size),
          new FloatRows(projected, keys, stride, size),
          new FloatRows(projected, keys + width(), stride, size));
    }

    private AttentionJob job(
        KeyValueCache cache, int first, int count, int head, @Nullable AttentionBias added) {
      int at = head * headWidth();
      return new AttentionJob(
          queries(first, count, head),
          (float) StrictMath.pow(headWidth(), -0.5),
          cache,
          size,
          0,
          added,
          new FloatRows(attended, first * width() + at, width(), count));
    }

    private FloatRows queries(int first, int count, int head) {
      int stride = 3 * width();
      return new FloatRows(projected, first * stride + head * headWidth(), stride, count);
    }

    /** Pieces of one head's rows: the biases of all would take the memory of a large model. */
    private void attendWith(PlaceBias places, int windows, ThreadPool pool) {
      int pieces = Math.ceilDiv(size, BIASED_ROWS);
      pool.run(
          windows * heads * pieces,
          part -> {
            int head = part / pieces % heads;
            int place = part / pieces / heads;
            int first = ThreadPool.bound(part % pieces, pieces, size);
            int count = ThreadPool.bound(part % pieces + 1, pieces, size) - first;
            int row = place * size + first;
            AttentionBias added = places.of(queries(row, count, head), first);
            AttentionJob job = job(caches.get(place * heads + head), row, count, head, added);
            KernelChoice.attention().attend(job, ThreadPool.ALONE);
          });
    }
  }
}
