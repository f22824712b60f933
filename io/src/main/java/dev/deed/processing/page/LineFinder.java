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

  /**
   * Finds the marks of a page. A pixel is ink when it is darker than the mean of the square around
   * it, so shadows and folds that are wider than the square are none. Pixels that touch, at corners
   * too, make a mark. Rows are read once from the top; memory is proportional to the marks and to a
   * row. Belongs to one thread.
   */
  private static final class MarkFinder {
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
}
