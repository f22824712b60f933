package dev.deed.evaluation;

import dev.deed.decode.ExitPolicy;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jspecify.annotations.Nullable;

/**
 * Colours, shapes and lines of series. Shape and line tell the family of policies, and where the
 * head is asked, so that a print without colours is readable; colour tells the family too, or the
 * model where several are compared. The colours are those of Okabe and Ito, which the colour-blind
 * can tell apart, and a brown.
 *
 * @param byModel whether colour tells the model
 */
record PlotStyle(boolean byModel) {
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

  Color color(PlotSeries series) {
    if (byModel) {
      return MODELS[series.model() % MODELS.length];
    }
    return switch (series.policy().kind()) {
      case FULL -> Color.BLACK;
      case STATIC -> new Color(0x6b6b6b);
      case DYNAMIC -> dynamic(series.policy().policy());
      case COPY -> new Color(0xd55e00);
      case DEFAULT -> new Color(0x009e73);
    };
  }

  /** Confidence kinds of DEED get colours of their own. */
  private static Color dynamic(@Nullable ExitPolicy policy) {
    return policy instanceof ExitPolicy.Threshold threshold
        ? switch (threshold.confidence()) {
          case MAX_PROB -> new Color(0x0072b2);
          case MARGIN -> new Color(0x56b4e9);
          case ENTROPY -> new Color(0xcc79a7);
          case SIMILARITY -> new Color(0xe69f00);
          case GATE -> new Color(0x8b5a2b);
        }
        : Color.BLACK;
  }

  void apply(XYErrorRenderer renderer, int index, PlotSeries series) {
    renderer.setSeriesPaint(index, color(series));
    renderer.setSeriesShape(index, shape(series.policy()));
    renderer.setSeriesShapesFilled(index, filled(series.policy()));
    renderer.setSeriesLinesVisible(index, true);
    renderer.setSeriesStroke(index, stroke(series.policy().kind()));
  }

  /** Copied states, and exits at some layers only, are hollow. */
  private static boolean filled(EvaluationPolicy policy) {
    return policy.kind() != EvaluationPolicy.Kind.COPY && policy.layers() == null;
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

  private static Shape shape(EvaluationPolicy policy) {
    return switch (policy.kind()) {
      case FULL -> polygon(0, -7, 7, 0, 0, 7, -7, 0);
      case STATIC -> new Ellipse2D.Double(-4, -4, 8, 8);
      case DYNAMIC ->
          policy.policy() instanceof ExitPolicy.Threshold threshold
              ? shape(threshold.asking())
              : shape(ExitPolicy.Asking.EVERYWHERE);
      case COPY -> polygon(0, -5.5, 5.5, 4.5, -5.5, 4.5);
      case DEFAULT -> star();
    };
  }

  private static Shape shape(ExitPolicy.Asking asking) {
    if (asking.gate() > 0) {
      return asking.shortlist() > 0
          ? polygon(-5, -5, 5, 5, 5, -5, -5, 5)
          : polygon(
              -2, -6, 2, -6, 2, -2, 6, -2, 6, 2, 2, 2, 2, 6, -2, 6, -2, 2, -6, 2, -6, -2, -2, -2);
    }
    return asking.shortlist() > 0
        ? polygon(0, 5.5, 5.5, -4.5, -5.5, -4.5)
        : new Rectangle2D.Double(-4, -4, 8, 8);
  }

  private static Shape star() {
    double[] corners = new double[20];
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 8.5 : 3.6;
      double angle = -Math.PI / 2 + i * Math.PI / 5;
      corners[2 * i] = radius * Math.cos(angle);
      corners[2 * i + 1] = radius * Math.sin(angle);
    }
    return polygon(corners);
  }

  private static Shape polygon(double... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(corners[0], corners[1]);
    for (int i = 2; i < corners.length; i += 2) {
      path.lineTo(corners[i], corners[i + 1]);
    }
    path.closePath();
    return path;
  }
}
