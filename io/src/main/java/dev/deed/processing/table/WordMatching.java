package dev.deed.processing.table;

import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the words of a table into its cells, as Docling's post-processing does: cells without words
 * move to their column, a column whose words are mostly those of its neighbour goes, each word goes
 * to the cell that holds most of it, and a word in no cell to the row and the column that it
 * touches. Belongs to one thread.
 */
final class WordMatching {
  /** Of a column's words: those that its neighbour has too make one of both go. */
  private static final double SAME_COLUMN = 0.6;

  /** Up to as many words, cells become as large as their words, and those without words go. */
  private static final int MOST_THAT_SHAPE = 300;

  private final List<StructureCell> cells;
  private final List<OcrWord> words;

  /** Cells that words may join, by their places. */
  private final Map<Place, Filled> filled = new LinkedHashMap<>();

  /** The cell of each word that has one, by the order of words. */
  private final Map<Integer, Filled> found = new TreeMap<>();

  private record Place(int row, int column) {}

  /** A cell with its words' box. */
  private static final class Filled {
    final StructureCell cell;
    PageBox box;
    @Nullable StringBuilder text;

    Filled(StructureCell cell, PageBox box) {
      this.cell = cell;
      this.box = box;
    }
  }

  private WordMatching(List<StructureCell> cells, List<OcrWord> words) {
    this.cells = cells;
    this.words = words;
  }

  /**
   * The cells that have words, by their first ones.
   *
   * @param cells in the order of their tags
   * @param words that lie in the table
   * @throws dev.deed.value.InputException when words lie in too many cells
   */
  static List<StructureCell> fill(List<StructureCell> cells, List<OcrWord> words) {
    if (cells.isEmpty() || words.isEmpty()) {
      return List.of();
    }
    WordMatching matching = new WordMatching(cells, words);
    matching.assign();
    matching.placeOthers();
    return matching.texts();
  }

  private void assign() {
    Overlaps first =
        new Overlaps(cells.stream().map(StructureCell::box).toArray(PageBox[]::new), words);
    int[] hits = new int[cells.size()];
    first.forEach(overlap -> hits[overlap.cell()] += cells.get(overlap.cell()).kind() > 1 ? 1 : 0);
    PageBox[] boxes = ColumnAlignment.aligned(cells, hits);
    Overlaps second = new Overlaps(boxes, words);
    Set<Integer> gone = doubled(first, second);
    boolean shaped = words.size() <= MOST_THAT_SHAPE;
    for (int i = 0; i < boxes.length && !shaped; i++) {
      if (!gone.contains(cells.get(i).column())) {
        filled.put(place(cells.get(i)), new Filled(cells.get(i), boxes[i]));
      }
    }
    for (Map.Entry<Integer, List<Overlaps.Overlap>> entry : second.byWord().entrySet()) {
      int word = entry.getKey();
      Overlaps.Overlap best = null;
      for (Overlaps.Overlap overlap : entry.getValue()) {
        if (!gone.contains(cells.get(overlap.cell()).column())
            && (best == null || overlap.share() > best.share())) {
          best = overlap;
        }
      }
      if (best != null) {
        StructureCell cell = cells.get(best.cell());
        Filled known = filled.get(place(cell));
        if (known == null) {
          known = new Filled(cell, box(word));
          filled.put(place(cell), known);
        } else if (shaped) {
          known.box = known.box.with(box(word));
        }
        found.put(word, known);
      }
    }
  }

  /** Columns that go, since they have words of their neighbours. */
  private Set<Integer> doubled(Overlaps first, Overlaps second) {
    int columns = columns();
    BitSet[] words = new BitSet[columns];
    double[][] scores = new double[2][columns];
    for (int i = 0; i < columns; i++) {
      words[i] = new BitSet();
    }
    for (int pass = 0; pass < 2; pass++) {
      double[] score = scores[pass];
      (pass == 0 ? first : second)
          .forEach(
              overlap -> {
                int column = cells.get(overlap.cell()).column();
                score[column] += overlap.share();
                words[column].set(overlap.word());
              });
    }
    Set<Integer> gone = new HashSet<>();
    for (int i = 0; i + 1 < columns; i++) {
      BitSet both = (BitSet) words[i].clone();
      both.and(words[i + 1]);
      // Of no words it is no number, and no more than that.
      if ((double) both.cardinality() / words[i].cardinality() > SAME_COLUMN) {
        double here = scores[0][i] + scores[1][i];
        gone.add(here >= scores[0][i + 1] + scores[1][i + 1] ? i + 1 : i);
      }
    }
    return gone;
  }

  private int columns() {
    return Math.max(1, cells.stream().mapToInt(StructureCell::column).max().orElse(0)) + 1;
  }

  private int rows() {
    return Math.max(1, cells.stream().mapToInt(StructureCell::row).max().orElse(0)) + 1;
  }

  /** Words in no cell go where their row and column are, if they touch one of them. */
  private void placeOthers() {
    Bands rows = Bands.empty(rows(), true);
    Bands columns = Bands.empty(columns(), false);
    for (Filled each : filled.values()) {
      if (each.cell.isMeasured()) {
        rows.add(each.cell.row(), each.box.y0(), each.box.y1());
        columns.add(each.cell.column(), each.box.x0(), each.box.x1());
      }
    }
    Map<Integer, Place> byRow = new LinkedHashMap<>();
    Map<Integer, Place> byColumn = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      if (!found.containsKey(i)) {
        OcrWord word = words.get(i);
        int row = rows.touched(word.y0(), word.y1());
        int column = columns.touched(word.x0(), word.x1());
        if (row >= 0) {
          int beside = column < 0 ? columns.nearest((word.x0() + word.x1()) / 2) : column;
          byRow.put(i, new Place(row, beside));
        } else if (column >= 0) {
          byColumn.put(i, new Place(rows.nearest((word.y0() + word.y1()) / 2), column));
        }
      }
    }
    byRow.forEach(this::attach);
    byColumn.forEach(this::attach);
  }

  private void attach(int word, Place place) {
    if (place.row < 0 || place.column < 0) {
      return;
    }
    Filled known = filled.get(place);
    if (known == null) {
      StructureCell cell =
          new StructureCell(place.row, place.column, null, box(word), 2, TableTag.FCEL, "");
      known = new Filled(cell, box(word));
      filled.put(place, known);
    }
    known.box = known.box.with(box(word));
    found.put(word, known);
  }

  private List<StructureCell> texts() {
    List<Filled> order = new ArrayList<>();
    found.forEach(
        (word, cell) -> {
          if (cell.text == null) {
            cell.text = new StringBuilder(words.get(word).text());
            order.add(cell);
          } else {
            cell.text.append(' ').append(words.get(word).text());
          }
        });
    return order.stream()
        .map(each -> each.cell.filled(each.box, String.valueOf(each.text)))
        .toList();
  }

  private static Place place(StructureCell cell) {
    return new Place(cell.row(), cell.column());
  }

  private PageBox box(int word) {
    OcrWord at = words.get(word);
    return new PageBox(at.x0(), at.y0(), at.x1(), at.y1());
  }

  /**
   * Where the rows of a table lie along y, or its columns along x: from the least to the greatest
   * edge of their cells.
   *
   * @param low edge of each; −1 where no cell tells
   * @param high edge of each; −1 where no cell tells
   * @param closed whether a word that reaches over a band exactly from edge to edge touches it; it
   *     always does where it begins or ends inside
   */
  private record Bands(double[] low, double[] high, boolean closed) {
    static Bands empty(int count, boolean closed) {
      Bands bands = new Bands(new double[count], new double[count], closed);
      Arrays.fill(bands.low, Double.POSITIVE_INFINITY);
      Arrays.fill(bands.high, Double.NEGATIVE_INFINITY);
      return bands;
    }

    void add(int band, double from, double to) {
      low[band] = Math.min(low[band], from);
      high[band] = Math.max(high[band], to);
    }

    /** The band that a word touches, of several that with the nearer centre; −1 for none. */
    int touched(double from, double to) {
      int best = -1;
      double least = 0;
      for (int i = 0; i < low.length; i++) {
        double a = isTold(i) ? low[i] : -1;
        double b = isTold(i) ? high[i] : -1;
        boolean over = closed ? from <= a && to >= b : from < a && to > b;
        if (a <= from && from <= b || a <= to && to <= b || over) {
          double distance = Math.rint(Math.abs((a + b) / 2 - (from + to) / 2));
          if (best < 0 || distance < least) {
            best = i;
            least = distance;
          }
        }
      }
      return best;
    }

    /** The band with the nearest centre, the first of equals; −1 where none lies on the page. */
    int nearest(double centre) {
      int best = -1;
      double least = 0;
      for (int i = 0; i < low.length; i++) {
        if (isTold(i) && low[i] >= 0 && high[i] >= 0) {
          double distance = Math.abs(centre - (low[i] + high[i]) / 2);
          if (best < 0 || distance < least) {
            best = i;
            least = distance;
          }
        }
      }
      return best;
    }

    private boolean isTold(int band) {
      return low[band] != Double.POSITIVE_INFINITY;
    }
  }

  /** Which words of a table lie in which of its cells. */
  private static final class Overlaps {
    /** All of a table together. A word of a real page lies in few cells. */
    private static final int MOST = 1_000_000;

    /** Of each word that lies in a cell, by the first such cell. */
    private final Map<Integer, List<Overlap>> byWord = new LinkedHashMap<>();

    /**
     * A word in a cell.
     *
     * @param share of the word's area, above 0
     */
    record Overlap(int word, int cell, double share) {}

    /**
     * @throws InputException when words lie in too many cells
     */
    Overlaps(PageBox[] cells, List<OcrWord> given) {
      double[] edges =
          given.stream()
              .flatMapToDouble(word -> DoubleStream.of(word.x0(), word.y0(), word.x1(), word.y1()))
              .toArray();
      int count = 0;
      for (int cell = 0; cell < cells.length; cell++) {
        for (int word = 0; word < given.size(); word++) {
          double share = share(cells[cell], edges, 4 * word);
          if (share > 0) {
            InputException.requireField(
                ++count <= MOST, "words", "lie in over " + MOST + " cells together", "give fewer");
            byWord
                .computeIfAbsent(word, _ -> new ArrayList<>())
                .add(new Overlap(word, cell, share));
          }
        }
      }
    }

    private static double share(PageBox cell, double[] edges, int at) {
      double x0 = edges[at];
      double y0 = edges[at + 1];
      double x1 = edges[at + 2];
      double y1 = edges[at + 3];
      if (cell.y0() > y1 || cell.y1() < y0 || cell.x1() < x0 || x1 < cell.x0()) {
        return 0;
      }
      double width = Math.min(cell.x1(), x1) - Math.max(cell.x0(), x0);
      double height = Math.min(cell.y1(), y1) - Math.max(cell.y0(), y0);
      double area = (x1 - x0) * (y1 - y0);
      return area > 0 ? width * height / area : 0;
    }

    /** The cells that each word lies in, for words that lie in one. */
    Map<Integer, List<Overlap>> byWord() {
      return byWord;
    }

    /** Takes each, word by word. */
    void forEach(Consumer<Overlap> consumer) {
      byWord.values().forEach(cells -> cells.forEach(consumer));
    }
  }

  /**
   * Moves the cells of a column that hold no words, or are of a class that does not count, to where
   * the others begin, have their middle, or end.
   */
  private enum ColumnAlignment {
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
}
