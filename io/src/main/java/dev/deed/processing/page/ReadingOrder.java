package dev.deed.processing.page;

import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which people read what stands on a page: rows from the top, and inside a row from
 * the left. A row follows a page that is a little tilted, since an entry is held against its
 * neighbour in the row, not against all of it. Time is proportional to entries times those of a
 * row.
 */
public final class ReadingOrder {
  /** Share of the lower one's height by which the middles of neighbours in a row may differ. */
  private static final double MOST_SHIFT = 0.5;

  /** Share of the narrower one's width by which two entries of a row may cover each other. */
  private static final double MOST_OVERLAP = 0.3;

  /** Rows above the latest that may still get an entry: a tilt brings them into disorder. */
  private static final int OPEN_ROWS = 8;

  private ReadingOrder() {}

  /** All entries, row by row; no row is empty. */
  public static List<List<OcrWord>> rows(List<OcrWord> entries) {
    List<OcrWord> byHeight = new ArrayList<>(entries);
    byHeight.sort(
        Comparator.comparingDouble(ReadingOrder::middle).thenComparingDouble(OcrWord::x0));
    List<List<OcrWord>> rows = new ArrayList<>();
    for (OcrWord entry : byHeight) {
      List<OcrWord> row = rowOf(entry, rows);
      if (row == null) {
        row = new ArrayList<>();
        rows.add(row);
      }
      row.add(entry);
    }
    rows.forEach(row -> row.sort(Comparator.comparingDouble(OcrWord::x0)));
    rows.sort(Comparator.comparingDouble(ReadingOrder::meanMiddle));
    return rows;
  }

  /** All entries in their order. */
  public static List<OcrWord> of(List<OcrWord> entries) {
    return rows(entries).stream().flatMap(List::stream).toList();
  }

  /** Of the rows that the entry fits into the one whose end is nearest along x. */
  private static @Nullable List<OcrWord> rowOf(OcrWord entry, List<List<OcrWord>> rows) {
    List<OcrWord> best = null;
    double nearest = Double.POSITIVE_INFINITY;
    for (List<OcrWord> row : rows.subList(Math.max(0, rows.size() - OPEN_ROWS), rows.size())) {
      OcrWord neighbour = row.getFirst();
      boolean free = true;
      for (OcrWord other : row) {
        free &= !covers(entry, other);
        neighbour = distance(entry, other) < distance(entry, neighbour) ? other : neighbour;
      }
      double height = Math.min(entry.y1() - entry.y0(), neighbour.y1() - neighbour.y0());
      if (free
          && Math.abs(middle(entry) - middle(neighbour)) <= MOST_SHIFT * height
          && distance(entry, neighbour) < nearest) {
        best = row;
        nearest = distance(entry, neighbour);
      }
    }
    return best;
  }

  private static boolean covers(OcrWord a, OcrWord b) {
    double common = Math.min(a.x1(), b.x1()) - Math.max(a.x0(), b.x0());
    return common > MOST_OVERLAP * Math.min(a.x1() - a.x0(), b.x1() - b.x0());
  }

  /** Along x, below 0 where they cover each other. */
  private static double distance(OcrWord a, OcrWord b) {
    return Math.max(a.x0(), b.x0()) - Math.min(a.x1(), b.x1());
  }

  private static double middle(OcrWord entry) {
    return (entry.y0() + entry.y1()) / 2;
  }

  private static double meanMiddle(List<OcrWord> row) {
    return row.stream().mapToDouble(ReadingOrder::middle).average().orElseThrow();
  }
}
