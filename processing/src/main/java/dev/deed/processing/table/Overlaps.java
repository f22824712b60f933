package dev.deed.processing.table;

import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/** Which words of a table lie in which of its cells. */
final class Overlaps {
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
          byWord.computeIfAbsent(word, _ -> new ArrayList<>()).add(new Overlap(word, cell, share));
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
