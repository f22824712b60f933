package dev.deed.processing.table;

import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Moves the cells of a column that hold no words, or are of a class that does not count, to where
 * the others begin, have their middle, or end.
 */
enum ColumnAlignment {
  LEFT,
  MIDDLE,
  RIGHT;

  /**
   * Boxes of all cells, moved.
   *
   * @param hits words of each cell; 0 for a cell that is to move
   */
  static PageBox[] aligned(List<StructureCell> cells, int[] hits) {
    PageBox[] boxes = cells.stream().map(StructureCell::box).toArray(PageBox[]::new);
    List<List<Integer>> columns = new ArrayList<>();
    for (int i = 0; i < boxes.length; i++) {
      while (columns.size() <= cells.get(i).column()) {
        columns.add(new ArrayList<>());
      }
      columns.get(cells.get(i).column()).add(i);
    }
    for (List<Integer> column : columns) {
      List<PageBox> good = new ArrayList<>();
      DoubleStream.Builder measured = DoubleStream.builder();
      column.stream().filter(i -> hits[i] > 0).forEach(i -> good.add(boxes[i]));
      ColumnAlignment alignment = of(good);
      for (int i : column) {
        for (int hit = 0; hit < hits[i] && cells.get(i).isMeasured(); hit++) {
          measured.add(alignment.place(boxes[i]));
        }
      }
      double median = median(measured.build().sorted().toArray());
      column.stream()
          .filter(i -> hits[i] == 0)
          .forEach(i -> boxes[i] = alignment.moved(boxes[i], median));
    }
    return boxes;
  }

  /** What differs least among boxes; the first of equals. */
  private static ColumnAlignment of(List<PageBox> boxes) {
    ColumnAlignment best = LEFT;
    for (ColumnAlignment each : values()) {
      if (each.range(boxes) < best.range(boxes)) {
        best = each;
      }
    }
    return best;
  }

  private double range(List<PageBox> boxes) {
    double least = boxes.stream().mapToDouble(this::place).min().orElse(0);
    return boxes.stream().mapToDouble(this::place).max().orElse(0) - least;
  }

  private double place(PageBox box) {
    return switch (this) {
      case LEFT -> box.x0();
      case MIDDLE -> (box.x0() + box.x1()) / 2;
      case RIGHT -> box.x1();
    };
  }

  private PageBox moved(PageBox box, double to) {
    double width = box.x1() - box.x0();
    return switch (this) {
      case LEFT -> new PageBox(to, box.y0(), to + width, box.y1());
      case MIDDLE -> {
        double left = to - width / 2;
        yield new PageBox(left, box.y0(), left + width, box.y1());
      }
      case RIGHT -> new PageBox(to - width, box.y0(), to, box.y1());
    };
  }

  /** 0 of none. */
  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length == 0
        ? 0
        : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
