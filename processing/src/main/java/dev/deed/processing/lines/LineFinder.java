package dev.deed.processing.lines;

import dev.deed.files.Interruption;
import dev.deed.processing.page.ReadingOrder;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines of print on an upright page: marks of a letter's size are chained from the left where
 * their heights share rows, and a wide gap ends a line, so that columns stay apart. What is higher,
 * wider or paler than the page's print is left out: rules, blots, folds. Light print on dark ground
 * is found where most of the page is dark.
 */
public final class LineFinder {
  /** A wider gap than this many heights of the line ends it. */
  private static final double WIDEST_GAP = 1.4;

  /** A page holds a few hundred; comparing them takes long. */
  private static final int MOST_LINES = 5_000;

  private static final Comparator<Mark> FROM_THE_LEFT =
      Comparator.comparingInt(Mark::x0).thenComparingInt(Mark::y0).thenComparingInt(Mark::x1);

  private final PrintSize print;
  private final Interruption interruption;

  private LineFinder(PrintSize print, Interruption interruption) {
    this.print = print;
    this.interruption = interruption;
  }

  /**
   * The lines in reading order: rows from the top, each from the left. Their texts are empty.
   *
   * @throws InputException when there are more marks or lines than a page has
   * @throws java.util.concurrent.CancellationException when nobody wants them any more
   */
  public static List<List<OcrWord>> rows(Picture page, Interruption interruption) {
    List<Mark> marks = MarkFinder.marks(GreyPage.of(page), interruption);
    PrintSize print = PrintSize.of(marks, Math.min(page.width(), page.height()));
    if (print == null) {
      return List.of();
    }
    List<LineBox> lines =
        new LineFinder(print, interruption).lines(marks.stream().filter(print::allows).toList());
    return ReadingOrder.rows(
        lines.stream()
            .map(line -> new OcrWord("", line.x0(), line.y0(), line.x1(), line.y1()))
            .toList());
  }

  private List<LineBox> lines(List<Mark> marks) {
    List<LineGroup> groups = chains(marks.stream().filter(print::isLetter).toList());
    InputException.require(
        groups.size() <= MOST_LINES,
        "page",
        "seems to hold " + groups.size() + " lines of text, at most " + MOST_LINES + " are read",
        "give a sharp picture of a page with text");
    List<LineBox> boxes = new ArrayList<>();
    for (LineGroup group : groups) {
      group.dropTall();
      boxes.add(LineBox.of(group.letters()));
    }
    addSmall(marks.stream().filter(mark -> !print.isLetter(mark)).toList(), boxes);
    return joined(boxes).stream().filter(this::canBeRead).toList();
  }

  /** Chains of letters. A line is looked up by the band of rows that it stands in. */
  private List<LineGroup> chains(List<Mark> letters) {
    List<LineGroup> groups = new ArrayList<>();
    Map<Integer, List<LineGroup>> bands = new HashMap<>();
    for (Mark letter : letters.stream().sorted(FROM_THE_LEFT).toList()) {
      interruption.check();
      LineGroup group = groupOf(letter, bands);
      if (group == null) {
        group = new LineGroup(letter);
        groups.add(group);
      } else {
        bands.getOrDefault(band(group.middle()), new ArrayList<>()).remove(group);
        group.add(letter);
      }
      bands.computeIfAbsent(band(group.middle()), _ -> new ArrayList<>()).add(group);
    }
    return groups;
  }

  /** Of the lines that go on with this letter the one that is nearest. */
  private @Nullable LineGroup groupOf(Mark letter, Map<Integer, List<LineGroup>> bands) {
    LineGroup best = null;
    double nearest = Double.POSITIVE_INFINITY;
    int band = band(letter.middle());
    for (int near = band - 2; near <= band + 2; near++) {
      List<LineGroup> there = bands.getOrDefault(near, new ArrayList<>());
      // Letters come from the left: what is so far behind gets no more of them.
      there.removeIf(group -> group.gapTo(letter) > 4 * WIDEST_GAP * print.height());
      for (LineGroup group : there) {
        double distance =
            Math.max(group.gapTo(letter), 0) + 2 * Math.abs(letter.middle() - group.middle());
        if (distance < nearest && group.goesOnWith(letter, WIDEST_GAP)) {
          best = group;
          nearest = distance;
        }
      }
    }
    return best;
  }

  private int band(double row) {
    return (int) (row / print.height());
  }

  /** Dots, commas and dashes widen the line beside or in which they stand. */
  private void addSmall(List<Mark> small, List<LineBox> boxes) {
    Map<Integer, List<Integer>> bands = new HashMap<>();
    for (int i = 0; i < boxes.size(); i++) {
      for (int band = band(top(boxes.get(i))); band <= band(bottom(boxes.get(i))); band++) {
        bands.computeIfAbsent(band, _ -> new ArrayList<>()).add(i);
      }
    }
    List<LineBox> before = List.copyOf(boxes);
    for (Mark mark : small) {
      interruption.check();
      bands.getOrDefault(band(mark.middle()), List.of()).stream()
          .filter(i -> takes(before.get(i), mark))
          .min(Comparator.comparingInt(i -> Math.max(0, before.get(i).gapTo(mark))))
          .ifPresent(i -> boxes.set(i, boxes.get(i).with(LineBox.of(mark, 0))));
    }
  }

  private static double top(LineBox line) {
    return line.y0() - 0.1 * line.height();
  }

  private static double bottom(LineBox line) {
    return line.y1() + 0.2 * line.height();
  }

  private static boolean takes(LineBox line, Mark mark) {
    return mark.middle() > top(line)
        && mark.middle() < bottom(line)
        && line.gapTo(mark) < 0.7 * line.height();
  }

  /** Pieces of one line whose boxes touch become one. */
  private List<LineBox> joined(List<LineBox> boxes) {
    List<LineBox> left = new ArrayList<>(boxes);
    left.sort(Comparator.comparingInt(LineBox::x0));
    for (int i = 0; i < left.size(); i++) {
      interruption.check();
      int j = i + 1;
      while (j < left.size()) {
        if (left.get(i).overlaps(left.get(j))) {
          left.set(i, left.get(i).with(left.remove(j)));
          j = i + 1;
        } else {
          j++;
        }
      }
    }
    return left;
  }

  /** A mark alone must be nearly as high as the page's letters: most lower ones are specks. */
  private boolean canBeRead(LineBox line) {
    double least = (line.letters() == 1 ? 0.7 : 0.5) * print.height();
    return line.height() >= Math.max(8, least) && line.x1() - line.x0() >= 4;
  }
}
