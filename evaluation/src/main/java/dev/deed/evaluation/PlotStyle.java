package dev.deed.evaluation;

import dev.deed.ExitSettings;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.PlotMark.Form;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
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
 * Colours, shapes and lines of the series of a plot. Shape and line tell the family of policies,
 * and where the head is asked, so that a print without colours is readable; colour tells the family
 * too, or the model where several are compared. A series whose mark an earlier one has gets another
 * shape. The colours are those of Okabe and Ito, which the colour-blind can tell apart, and a
 * brown.
 */
final class PlotStyle {
  static final Color GRID = new Color(0xe4e4e4);

  /** Points nearer than this share a label; in points of the picture. */
  static final double COINCIDE = 12;

  private static final Color[] MODELS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    Color.BLACK,
    new Color(0x8b5a2b),
  };

  static Font font(int size, int style) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private final boolean byModel;
  private final Map<PlotSeries, PlotMark> marks = new IdentityHashMap<>();

  /**
   * @param byModel whether colour tells the model
   */
  PlotStyle(List<PlotSeries> series, boolean byModel) {
    this.byModel = byModel;
    Set<PlotMark> taken = new HashSet<>();
    for (PlotSeries one : series) {
      PlotMark mark =
          candidates(one)
              .filter(candidate -> !taken.contains(candidate))
              .findFirst()
              .orElseGet(() -> family(one)); // beyond a hundred of a kind
      taken.add(mark);
      marks.put(one, mark);
    }
  }

  PlotMark mark(PlotSeries series) {
    return Objects.requireNonNull(marks.get(series));
  }

  /** The mark of its family first, then other shapes of its colour, then of other colours. */
  private Stream<PlotMark> candidates(PlotSeries series) {
    boolean filled = filled(series.policy());
    List<Boolean> fillings = List.of(filled, !filled);
    List<Form> others =
        Arrays.asList(Form.values()).subList(Form.PENTAGON.ordinal(), Form.values().length);
    Stream<Color> colors = Stream.concat(Stream.of(color(series)), Arrays.stream(MODELS));
    return Stream.concat(
        Stream.of(family(series)),
        colors.flatMap(
            color ->
                fillings.stream()
                    .flatMap(
                        filling ->
                            others.stream().map(form -> new PlotMark(color, form, filling)))));
  }

  private PlotMark family(PlotSeries series) {
    return new PlotMark(color(series), form(series.policy()), filled(series.policy()));
  }

  private Color color(PlotSeries series) {
    if (byModel) {
      return MODELS[series.model() % MODELS.length];
    }
    return switch (series.policy().kind()) {
      case FULL -> Color.BLACK;
      case STATIC -> new Color(0x6b6b6b);
      case DYNAMIC -> dynamic(series.policy().exits().confidence());
      case COPY -> new Color(0xd55e00);
      case DEFAULT -> new Color(0x009e73);
    };
  }

  /** Confidence kinds of DEED get colours of their own. */
  private static Color dynamic(@Nullable Confidence confidence) {
    return switch (confidence) {
      case null -> Color.BLACK;
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
  private static boolean filled(EvaluationPolicy policy) {
    return policy.kind() != EvaluationPolicy.Kind.COPY && policy.exits().layers() == null;
  }

  private static BasicStroke stroke(EvaluationPolicy.Kind kind) {
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

  private static Form form(EvaluationPolicy policy) {
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
    boolean listed = exits.shortlist() != null && exits.shortlist() > 0;
    if (exits.gate() != null && exits.gate() > 0) {
      return listed ? Form.HOURGLASS : Form.CROSS;
    }
    return listed ? Form.TRIANGLE_DOWN : Form.SQUARE;
  }
}
