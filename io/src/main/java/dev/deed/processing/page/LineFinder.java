package dev.deed.processing.page;

import dev.deed.files.Interruption;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines of print on an upright page: marks of a letter's size are chained from the left where
 * their heights share rows, and a wide gap ends a line, so that columns stay apart. What is higher,
 * wider or paler than the page's print is left out: rules, blots, folds. Light print on dark ground
 * is found where most of the page is dark. Pages may be tilted by some degrees.
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
   * The lines of a page, which is made level first where they are tilted.
   *
   * @throws InputException when there are more marks or lines than a page has
   * @throws java.util.concurrent.CancellationException when nobody wants them any more
   */
  public static FoundLines find(Picture page, Interruption interruption) {
    List<Mark> marks = MarkFinder.marks(GreyPage.of(page), interruption);
    PrintSize print = PrintSize.of(marks, Math.min(page.width(), page.height()));
    if (print == null) {
      return new FoundLines(LevelPage.of(page, new double[0]), List.of());
    }
    LineFinder finder = new LineFinder(print, interruption);
    List<Mark> letters = finder.letters(marks);
    double[] slopes =
        new TextSlopes(letters, print.height(), page.width(), interruption).ofRows(page.height());
    LevelPage level = LevelPage.of(page, slopes);
    if (slopes.length > 0) {
      marks = MarkFinder.marks(GreyPage.of(level.picture()), interruption);
    }
    return new FoundLines(level, finder.rows(marks));
  }

  private List<Mark> letters(List<Mark> marks) {
    return marks.stream().filter(mark -> print.allows(mark) && print.isLetter(mark)).toList();
  }

  private List<List<OcrWord>> rows(List<Mark> marks) {
    return ReadingOrder.rows(
        lines(marks.stream().filter(print::allows).toList()).stream()
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

  /**
   * The box of a line.
   *
   * @param letters how many marks of a letter's size it holds
   */
  private record LineBox(int x0, int y0, int x1, int y1, int letters) {
    static LineBox of(List<Mark> letters) {
      return letters.stream().map(mark -> of(mark, 1)).reduce(LineBox::with).orElseThrow();
    }

    /** The box of a mark. */
    static LineBox of(Mark mark, int letters) {
      return new LineBox(mark.x0(), mark.y0(), mark.x1(), mark.y1(), letters);
    }

    /** The box around both. */
    LineBox with(LineBox other) {
      return new LineBox(
          Math.min(x0, other.x0),
          Math.min(y0, other.y0),
          Math.max(x1, other.x1),
          Math.max(y1, other.y1),
          letters + other.letters);
    }

    int height() {
      return y1 - y0;
    }

    /** Along x, below 0 where they cover each other. */
    int gapTo(Mark mark) {
      return Math.max(x0 - mark.x1(), mark.x0() - x1);
    }

    /** Whether both are pieces of one line whose boxes touch. */
    boolean overlaps(LineBox other) {
      int lower = Math.min(height(), other.height());
      int higher = Math.max(height(), other.height());
      int shared = Math.min(y1, other.y1) - Math.max(y0, other.y0);
      int both = Math.max(y1, other.y1) - Math.min(y0, other.y0);
      return Math.max(x0, other.x0) - Math.min(x1, other.x1) <= 0.3 * height()
          && shared > 0.6 * lower
          && both < 1.4 * higher;
    }
  }

  /** Letters of a line, from the left, as they are found. */
  private static final class LineGroup {
    /** The last letters, which tell where the line goes on: it may be a little tilted. */
    private static final int LAST = 4;

    private final List<Mark> letters = new ArrayList<>();
    private int end;
    private double top;
    private double bottom;

    LineGroup(Mark first) {
      add(first);
    }

    void add(Mark letter) {
      letters.add(letter);
      end = Math.max(end, letter.x1());
      List<Mark> last = letters.subList(Math.max(0, letters.size() - LAST), letters.size());
      top = median(last.stream().mapToInt(Mark::y0).toArray());
      bottom = median(last.stream().mapToInt(Mark::y1).toArray());
    }

    private static double median(int[] values) {
      Arrays.sort(values);
      int half = values.length / 2;
      return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2.0;
    }

    List<Mark> letters() {
      return letters;
    }

    double middle() {
      return (top + bottom) / 2;
    }

    double gapTo(Mark letter) {
      return letter.x0() - end;
    }

    /** Whether a letter at the right goes on with this line. */
    boolean goesOnWith(Mark letter, double widestGap) {
      double height = bottom - top;
      double shared = Math.min(letter.y1(), bottom) - Math.max(letter.y0(), top);
      double widest = widestGap * Math.max(height, Math.min(letter.height(), 1.3 * height));
      return gapTo(letter) <= widest
          && shared >= 0.5 * Math.min(letter.height(), height)
          && shared >= 0.25 * Math.max(letter.height(), height);
    }

    /** Drops what is much higher than the others: a stroke of a pen, a fold. */
    void dropTall() {
      if (letters.size() > 2) {
        double usual = median(letters.stream().mapToInt(Mark::height).toArray());
        letters.removeIf(letter -> letter.height() > 2.2 * usual);
      }
    }
  }

  /**
   * How large and how dark the letters of a page are: medians over the marks that could be letters,
   * each counted by its height, so that specks count little.
   *
   * @param height of a letter in pixels
   * @param depth see {@link Mark#depth()}
   */
  private record PrintSize(double height, double depth) {
    /**
     * Lower marks cannot be read; higher ones than this, or this part of the page, are pictures.
     */
    private static final int LEAST_HEIGHT = 6;

    private static final int MOST_HEIGHT = 100;
    private static final int PART_OF_PAGE = 8;

    /** The size of print, {@code null} where no mark could be a letter. */
    static @Nullable PrintSize of(List<Mark> marks, int shorterSide) {
      int most = Math.max(MOST_HEIGHT, shorterSide / PART_OF_PAGE);
      List<Mark> letters =
          marks.stream()
              .filter(
                  m ->
                      m.height() >= LEAST_HEIGHT
                          && m.height() <= most
                          && m.width() <= 3 * m.height()
                          && m.height() <= 12 * m.width()
                          && m.fill() >= 0.08)
              .toList();
      return letters.isEmpty()
          ? null
          : new PrintSize(median(letters, Mark::height), median(letters, Mark::depth));
    }

    private static double median(List<Mark> letters, ToDoubleFunction<Mark> value) {
      List<Mark> sorted = letters.stream().sorted(Comparator.comparingDouble(value)).toList();
      long half = sorted.stream().mapToLong(Mark::height).sum() / 2;
      long passed = 0;
      for (Mark letter : sorted) {
        passed += letter.height();
        if (passed >= half) {
          return value.applyAsDouble(letter);
        }
      }
      return value.applyAsDouble(sorted.getLast());
    }

    /**
     * Whether it has the size and the darkness of print; what has not is a rule, a blot, a fold.
     */
    boolean allows(Mark mark) {
      boolean rule =
          mark.width() > 12 * height || mark.width() > Math.max(6 * mark.height(), 3 * height);
      boolean blot =
          mark.fill() > 0.7 && mark.width() > 0.8 * mark.height() && mark.height() > 0.8 * height;
      return mark.height() <= 4 * height && !rule && !blot && mark.depth() >= 0.35 * depth;
    }

    /** Whether a line can begin with it; dots, commas and dashes join the lines that are there. */
    boolean isLetter(Mark mark) {
      return mark.height() >= 0.45 * height && mark.fill() >= 0.05;
    }
  }
}
