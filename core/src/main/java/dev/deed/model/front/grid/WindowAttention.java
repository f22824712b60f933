package dev.deed.model.front.grid;

import dev.deed.model.Norm;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention within square windows of a grid, which is filled up to whole windows with zeros behind
 * the norm; these take part. A window as large as the grid is all of it. Immutable.
 *
 * @param window edge of a window in cells
 */
record WindowAttention(Norm norm, FusedAttention attention, int window) implements GridMixing {
  /** Rows of windows that run together, at most, where they have more than one. */
  private static final int MOST_ROWS = 1024;

  /** Windows for each thread from which on each is run by one thread. */
  private static final int WINDOWS_PER_THREAD = 4;

  static WindowAttention read(
      ParameterSource source,
      Names.Attention names,
      StackSpec stack,
      @Nullable PlaceBias bias,
      int window) {
    return new WindowAttention(
        Norm.read(source, names.norm(), stack.norm()),
        FusedAttention.read(source, names, stack, bias),
        window);
  }

  @Override
  public void addTo(FeatureMap grid, WorkerTeam team) {
    WindowPartition partition = new WindowPartition(grid.height(), grid.width(), window, 0);
    int count = partition.count();
    if (count >= WINDOWS_PER_THREAD * team.size()) {
      team.share(
          count,
          1,
          (first, end) -> {
            Pass pass = new Pass(partition, 1);
            for (int number = first; number < end; number++) {
              pass.apply(grid, number, 1, WorkerTeam.ALONE);
            }
          });
      return;
    }
    int together = Math.clamp(MOST_ROWS / partition.slots(), 1, count);
    Pass pass = new Pass(partition, together);
    for (int first = 0; first < count; first += together) {
      pass.apply(grid, first, Math.min(together, count - first), team);
    }
  }

  private final class Pass {
    private final WindowPartition partition;
    private final int[][] cells;
    private final float[] x;
    private final float[] y;
    private final FusedAttention.Pass inner;

    Pass(WindowPartition partition, int windows) {
      this.partition = partition;
      int slots = partition.slots();
      this.cells = new int[windows][slots];
      this.x = new float[Math.multiplyExact(windows * slots, attention.width())];
      this.y = new float[x.length];
      this.inner = attention.new Pass(windows, slots);
    }

    void apply(FeatureMap grid, int first, int windows, WorkerTeam team) {
      team.run(windows, i -> gather(grid, first + i, i));
      inner.apply(x, windows, y, team);
      team.run(windows, i -> add(grid, i));
    }

    private void gather(FeatureMap grid, int number, int place) {
      int width = grid.channels();
      int slots = partition.slots();
      partition.cells(number, cells[place]);
      float[] rows = new float[slots * width];
      for (int slot = 0; slot < slots; slot++) {
        int cell = cells[place][slot];
        if (cell != WindowPartition.FILLING) {
          System.arraycopy(grid.values(), cell * width, rows, slot * width, width);
        }
      }
      norm.apply(rows, slots, rows);
      for (int slot = 0; slot < slots; slot++) {
        if (cells[place][slot] == WindowPartition.FILLING) {
          Arrays.fill(rows, slot * width, (slot + 1) * width, 0f);
        }
      }
      System.arraycopy(rows, 0, x, place * slots * width, rows.length);
    }

    private void add(FeatureMap grid, int place) {
      int width = grid.channels();
      int at = place * partition.slots() * width;
      for (int cell : cells[place]) {
        if (cell != WindowPartition.FILLING) {
          KernelChoice.kernels().add(grid.values(), cell * width, y, at, width);
        }
        at += width;
      }
    }
  }
}
