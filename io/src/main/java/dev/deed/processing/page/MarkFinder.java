package dev.deed.processing.page;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the marks of a page. A pixel is ink when it is darker than the mean of the square around
 * it, so shadows and folds that are wider than the square are none. Pixels that touch, at corners
 * too, make a mark. Rows are read once from the top; memory is proportional to the marks and to a
 * row. Belongs to one thread.
 */
final class MarkFinder {
  /** Levels that ink is darker than the mean around it; paper varies by less. */
  private static final int LEAST_DEPTH = 12;

  /** Side of the square in pixels: at least this, and this part of the page's shorter side. */
  private static final int LEAST_SIDE = 31;

  private static final int SIDES_ON_A_PAGE = 30;

  /** Marks of fewer pixels are noise. */
  private static final int LEAST_AREA = 3;

  /** A page of print has some ten thousand; each takes memory. */
  private static final int MOST_MARKS = 1_000_000;

  private final GreyPage page;
  private final int half;
  private final long[] columns;
  private final float[] depths;
  private final List<Blob> blobs = new ArrayList<>();

  private MarkFinder(GreyPage page) {
    this.page = page;
    this.half = Math.max(LEAST_SIDE, Math.min(page.width(), page.height()) / SIDES_ON_A_PAGE) / 2;
    this.columns = new long[page.width()];
    this.depths = new float[page.width()];
  }

  /** A mark that still grows. Two that meet become one: the later points to the earlier. */
  private static final class Blob {
    private @Nullable Blob into;
    private int x0;
    private int y0;
    private int x1;
    private int y1;
    private int area;
    private float depth;

    Blob(int x, int y) {
      this.x0 = x;
      this.y0 = y;
      this.x1 = x;
      this.y1 = y;
    }

    Blob root() {
      Blob root = this;
      while (root.into != null) {
        if (root.into.into != null) {
          root.into = root.into.into;
        }
        root = root.into;
      }
      return root;
    }

    void add(int start, int end, int y, int pixels, float most) {
      x0 = Math.min(x0, start);
      y0 = Math.min(y0, y);
      x1 = Math.max(x1, end);
      y1 = Math.max(y1, y + 1);
      area += pixels;
      depth = Math.max(depth, most);
    }
  }

  /** Neighbouring pixels of a row that are ink. */
  private record Run(int start, int end, Blob blob) {}

  /**
   * The marks of a page, in no order that means anything.
   *
   * @throws InputException when there are more than print has
   * @throws java.util.concurrent.CancellationException when nobody wants them any more
   */
  static List<Mark> marks(GreyPage page, Interruption interruption) {
    return new MarkFinder(page).find(interruption);
  }

  private List<Mark> find(Interruption interruption) {
    for (int y = 0; y < Math.min(half, page.height()); y++) {
      addRow(y, 1);
    }
    List<Run> above = List.of();
    for (int y = 0; y < page.height(); y++) {
      interruption.check();
      if (y + half < page.height()) {
        addRow(y + half, 1);
      }
      if (y - half - 1 >= 0) {
        addRow(y - half - 1, -1);
      }
      measure(y);
      above = runs(y, above);
      if (blobs.size() > MOST_MARKS) {
        dropNoise(y);
      }
    }
    return blobs.stream()
        .filter(blob -> blob.into == null && blob.area >= LEAST_AREA)
        .map(b -> new Mark(b.x0, b.y0, b.x1, b.y1, b.area, b.depth))
        .toList();
  }

  private void addRow(int y, int sign) {
    for (int x = 0; x < columns.length; x++) {
      columns[x] += (long) sign * page.level(x, y);
    }
  }

  /** How much darker the pixels of a row are than the mean of the squares around them. */
  private void measure(int y) {
    int rows = Math.min(y + half, page.height() - 1) - Math.max(y - half, 0) + 1;
    long sum = Arrays.stream(columns, 0, Math.min(half, columns.length)).sum();
    for (int x = 0; x < columns.length; x++) {
      if (x + half < columns.length) {
        sum += columns[x + half];
      }
      if (x - half - 1 >= 0) {
        sum -= columns[x - half - 1];
      }
      int across = Math.min(x + half, columns.length - 1) - Math.max(x - half, 0) + 1;
      depths[x] = (float) sum / ((long) rows * across) - page.level(x, y);
    }
  }

  /** The runs of a row; those that touch one of the row above belong to its mark. */
  private List<Run> runs(int y, List<Run> above) {
    List<Run> runs = new ArrayList<>();
    int next = 0;
    int x = 0;
    while (x < depths.length) {
      if (depths[x] <= LEAST_DEPTH) {
        x++;
        continue;
      }
      int start = x;
      float most = 0;
      for (; x < depths.length && depths[x] > LEAST_DEPTH; x++) {
        most = Math.max(most, depths[x]);
      }
      while (next < above.size() && above.get(next).end() < start) {
        next++;
      }
      Blob blob = null;
      for (int i = next; i < above.size() && above.get(i).start() <= x; i++) {
        Blob other = above.get(i).blob().root();
        blob = blob == null ? other : joined(blob, other);
      }
      if (blob == null) {
        blob = new Blob(start, y);
        blobs.add(blob);
      }
      blob.add(start, x, y, x - start, most);
      runs.add(new Run(start, x, blob));
    }
    return runs;
  }

  private static Blob joined(Blob one, Blob other) {
    if (one != other) {
      other.into = one;
      one.add(other.x0, other.x1, other.y0, other.area, other.depth);
      one.y1 = Math.max(one.y1, other.y1);
    }
    return one;
  }

  private void dropNoise(int y) {
    blobs.removeIf(blob -> blob.into != null || blob.area < LEAST_AREA && blob.y1 <= y);
    InputException.require(
        blobs.size() <= MOST_MARKS / 2,
        "page",
        "holds more than " + MOST_MARKS / 2 + " marks, which no print does",
        "give a sharp picture of a page with text");
  }
}
