package dev.deed.processing.table;

import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
}
