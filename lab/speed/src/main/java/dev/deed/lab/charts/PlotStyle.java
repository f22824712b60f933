package dev.deed.lab.charts;

import dev.deed.lab.charts.PlotMark.Form;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jspecify.annotations.Nullable;

/**
 * Colours, shapes and lines of the series of a plot. Colour, shape and line tell the family of
 * policies, and where the head is asked; a series whose colour or shape an earlier one has gets the
 * next that is free. So no two series share a colour, nor a shape, and a print without colours is
 * readable. The first colours are those of Okabe and Ito, which the colour-blind can tell apart.
 */
final class PlotStyle {
  static final Color GRID = new Color(0xe4e4e4);

  /** Points nearer than this share a label; in points of the picture. */
  static final double COINCIDE = 12;

  private static final List<Color> PALETTE =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9),
          Color.BLACK,
          new Color(0x8b5a2b),
          new Color(0x6b6b6b),
          new Color(0x882255),
          new Color(0x999933),
          new Color(0x332288),
          new Color(0x66ddaa),
          new Color(0xff5c77));

  /** As many series have a colour each. */
  static final int COLORS = PALETTE.size();

  private final Map<PlotSeries, PlotMark> marks = new IdentityHashMap<>();

  /**
   * @param series at most {@link #COLORS}
   */
  PlotStyle(List<PlotSeries> series) {
    Set<Color> colors = new HashSet<>();
    Set<Outline> outlines = new HashSet<>();
    for (PlotSeries one : series) {
      Color color = free(colors(one), colors);
      Outline outline = free(outlines(one), outlines);
      marks.put(one, new PlotMark(color, outline.form, outline.filled));
    }
  }

  private record Outline(Form form, boolean filled) {}

  /** The first that is not taken, which it then is. */
  private static <T> T free(Stream<T> candidates, Set<T> taken) {
    T first = candidates.filter(candidate -> !taken.contains(candidate)).findFirst().orElseThrow();
    taken.add(first);
    return first;
  }

  PlotMark mark(PlotSeries series) {
    return Objects.requireNonNull(marks.get(series));
  }

  /** The colour of its family first, then those that stand for fewest families. */
  private static Stream<Color> colors(PlotSeries series) {
    return Stream.concat(Stream.of(color(series.policy())), PALETTE.reversed().stream());
  }

  /** The outline of its family first, then those of none. */
  private static Stream<Outline> outlines(PlotSeries series) {
    boolean filled = filled(series.policy());
    List<Form> others =
        Arrays.asList(Form.values()).subList(Form.PENTAGON.ordinal(), Form.values().length);
    return Stream.concat(
        Stream.of(new Outline(form(series.policy()), filled)),
        Stream.of(filled, !filled)
            .flatMap(filling -> others.stream().map(form -> new Outline(form, filling))));
  }

  private static Color color(PlotPolicy policy) {
    return switch (policy.kind()) {
      case FULL -> Color.BLACK;
      case STATIC -> new Color(0x6b6b6b);
      case DYNAMIC -> dynamic(policy.exits().measure());
      case COPY -> new Color(0xd55e00);
      case DEFAULT -> new Color(0x009e73);
    };
  }

  /** Confidence kinds of DEED get colours of their own. */
  private static Color dynamic(@Nullable ExitPolicy measure) {
    return switch (measure) {
      case null -> Color.BLACK;
      case FULL, STATIC -> Color.BLACK;
      case MAX_PROB -> new Color(0x0072b2);
      case MARGIN -> new Color(0x56b4e9);
      case ENTROPY -> new Color(0xcc79a7);
      case SIMILARITY -> new Color(0xe69f00);
      case GATE -> new Color(0x8b5a2b);
    };
  }

  void apply(XYErrorRenderer renderer, int index, PlotSeries series) {
    PlotMark mark = mark(series);
    renderer.setSeriesPaint(index, mark.color());
    renderer.setSeriesShape(index, mark.form().shape());
    renderer.setSeriesShapesFilled(index, mark.filled());
    renderer.setSeriesLinesVisible(index, true);
    renderer.setSeriesStroke(index, stroke(series.policy().kind()));
  }

  /** Copied states, and exits at some layers only, are hollow. */
  private static boolean filled(PlotPolicy policy) {
    return policy.kind() != PlotPolicy.Kind.COPY && policy.exits().get(ExitSetting.LAYERS) == null;
  }

  private static BasicStroke stroke(PlotPolicy.Kind kind) {
    return switch (kind) {
      case FULL, DEFAULT, DYNAMIC -> new BasicStroke(1.8f);
      case STATIC -> dashed(2, 3);
      case COPY -> dashed(7, 4);
    };
  }

  private static BasicStroke dashed(float on, float off) {
    return new BasicStroke(
        1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, new float[] {on, off}, 0);
  }

  private static Form form(PlotPolicy policy) {
    return switch (policy.kind()) {
      case FULL -> Form.DIAMOND;
      case STATIC -> Form.CIRCLE;
      case DYNAMIC -> form(policy.exits());
      case COPY -> Form.TRIANGLE;
      case DEFAULT -> Form.STAR;
    };
  }

  /** By what stands before the head. */
  private static Form form(ExitSettings exits) {
    Integer shortlist = exits.get(ExitSetting.SHORTLIST);
    Double gate = exits.get(ExitSetting.GATE);
    boolean listed = shortlist != null && shortlist > 0;
    if (gate != null && gate > 0) {
      return listed ? Form.HOURGLASS : Form.CROSS;
    }
    return listed ? Form.TRIANGLE_DOWN : Form.SQUARE;
  }
}
