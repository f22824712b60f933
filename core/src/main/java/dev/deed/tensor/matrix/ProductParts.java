package dev.deed.tensor.matrix;

import dev.deed.tensor.ThreadPool;

/** Divides a product among the threads of a pool. */
public final class ProductParts {
  /** A part of this size takes about 3 µs; waking a watching worker takes about 1 µs. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  /**
   * Outputs that a part should hold, 4 panels: a core reads memory fastest in several streams, one
   * for each. With parts of two panels, 2 or 8 rows of 768 outputs took 1.25 times as long
   * (MatrixBenchmark, 60 matrices, two threads).
   */
  private static final int PART_OUTPUTS = 4 * Panels.WIDTH;

  private ProductParts() {}

  @FunctionalInterface
  public interface Part {
    void multiply(int firstPanel, int endPanel, int firstRow, int rows);
  }

  /** Runs all parts: panels are divided, or rows where there are fewer panels than parts. */
  public static void run(Panels panels, int rows, ThreadPool pool, Part part) {
    run(panels.outputs(), panels.inputs(), Panels.WIDTH, rows, pool, part);
  }

  /** The same for panels of {@code width} outputs. */
  public static void run(int outputs, int inputs, int width, int rows, ThreadPool pool, Part part) {
    int panelCount = Math.ceilDiv(outputs, width);
    int parts = count(outputs, inputs, width, rows, pool.size());
    if (parts == 1) {
      part.multiply(0, panelCount, 0, rows);
    } else if (panelCount >= parts) {
      pool.run(
          parts,
          i -> {
            int first = ThreadPool.bound(i, parts, panelCount);
            part.multiply(first, ThreadPool.bound(i + 1, parts, panelCount), 0, rows);
          });
    } else {
      pool.run(
          parts,
          i -> {
            int first = ThreadPool.bound(i, parts, rows);
            part.multiply(0, panelCount, first, ThreadPool.bound(i + 1, parts, rows) - first);
          });
    }
  }

  /**
   * Into how many parts a product is divided: several for each thread, so that a thread that the
   * system holds up delays the others little, but none smaller than what handing it over costs, nor
   * of too few panels where there are enough of them.
   *
   * @param width outputs of a panel
   */
  public static int count(int outputs, int inputs, int width, int rows, int threads) {
    if (threads == 1) {
      return 1;
    }
    int wholePanels = outputs / width;
    long work = (long) rows * outputs * inputs;
    long most = Math.min(work / PART_MULTIPLY_ADDS, (long) ThreadPool.PARTS_PER_THREAD * threads);
    if (wholePanels >= threads) {
      most = Math.min(most, Math.max(threads, wholePanels / (PART_OUTPUTS / width)));
    }
    return (int) Math.max(1, Math.min(most, Math.max(rows, wholePanels)));
  }
}
