package dev.deed.lab.charts;

import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.metrics.Metric;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Accuracy against decode time: what a policy costs and gives at a glance. Axes say what is drawn,
 * the title of which data. Whiskers are 90 % intervals. Time begins at 0, so that half the width is
 * half the time.
 */
final class EvaluationPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  /** A metric that hardly varies must not look as if it did. */
  private static final double LEAST_SPAN = 2;

  private final EvaluationCharts charts;
  private final List<PlotSeries> series;
  private final PlotStyle style;

  EvaluationPlot(EvaluationCharts charts) {
    this.charts = charts;
    this.series = PlotSeries.of(charts);
    this.style = new PlotStyle(series);
  }

  /** Writes it as PNG. */
  void write(Path file) throws IOException {
    Picture.write(file, WIDTH, HEIGHT, this::draw);
  }

  private void draw(Graphics2D graphics) {
    XYPlot plot = plot();
    JFreeChart chart = new JFreeChart(title(), Picture.font(15, Font.BOLD), plot, true);
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(8, 8, 8, 16));
    chart.getLegend().setItemFont(Picture.font(12, Font.PLAIN));
    chart.getLegend().setFrame(org.jfree.chart.block.BlockBorder.NONE);
    ChartRenderingInfo info = new ChartRenderingInfo();
    chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT), info);
    label(graphics, plot, info.getPlotInfo().getDataArea());
  }

  private String title() {
    int left = PlotSeries.all(charts).size() - series.size();
    return charts.subject() + (left == 0 ? "" : " (" + left + " series only in the table)");
  }

  private XYPlot plot() {
    NumberAxis time = new NumberAxis("decode time per example, ms");
    time.setAutoRangeIncludesZero(true);
    time.setUpperMargin(0.08);
    time.setTickUnit(ticks(longest()));
    Metric metric = charts.metric();
    NumberAxis value =
        new NumberAxis(metric.name() + (metric.higherIsBetter() ? "" : " (lower is better)"));
    value.setAutoRangeIncludesZero(false);
    value.setAutoRangeStickyZero(false);
    value.setAutoRangeMinimumSize(LEAST_SPAN);
    value.setLowerMargin(0.1);
    value.setUpperMargin(0.1);
    for (NumberAxis axis : List.of(time, value)) {
      axis.setLabelFont(Picture.font(13, Font.PLAIN));
      axis.setTickLabelFont(Picture.font(12, Font.PLAIN));
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setErrorPaint(new Color(0, 0, 0, 50));
    renderer.setErrorStroke(new BasicStroke(0.8f));
    renderer.setCapLength(0);
    for (int i = 0; i < series.size(); i++) {
      data.addSeries(points(series.get(i)));
      style.apply(renderer, i, series.get(i));
    }
    XYPlot plot = new XYPlot(data, time, value, renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinePaint(PlotStyle.GRID);
    plot.setRangeGridlinePaint(PlotStyle.GRID);
    plot.setOutlineVisible(false);
    return plot;
  }

  private double longest() {
    return series.stream()
        .flatMap(one -> one.points().stream())
        .mapToDouble(point -> point.millis().high())
        .max()
        .orElse(1);
  }

  /** About eight ticks at round numbers. */
  private static NumberTickUnit ticks(double longest) {
    double step = Math.max(longest, 1e-3) / 8;
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double round = step / power <= 1 ? 1 : step / power <= 2 ? 2 : step / power <= 5 ? 5 : 10;
    return new NumberTickUnit(round * power);
  }

  private static XYIntervalSeries points(PlotSeries series) {
    // Neither sorted nor rid of equals: the line goes through layers or thresholds in their order.
    XYIntervalSeries points = new XYIntervalSeries(series.name(), false, true);
    for (PlotSeries.Point point : series.points()) {
      Estimate x = point.millis();
      Estimate y = point.metric();
      points.add(x.value(), x.low(), x.high(), y.value(), y.low(), y.high());
    }
    return points;
  }

  /** Labels in the order of the series; neighbours that coincide share one. */
  private void label(Graphics2D graphics, XYPlot plot, Rectangle2D area) {
    List<Point2D> all = new ArrayList<>();
    for (PlotSeries one : series) {
      one.points().forEach(point -> all.add(onPaper(point, plot, area)));
    }
    LabelPlacement placement = new LabelPlacement(graphics, area, all);
    for (PlotSeries one : series) {
      if (one.policy().kind() == PlotPolicy.Kind.DEFAULT) {
        continue; // the legend says it all
      }
      List<PlotSeries.Point> points = one.points();
      for (int from = 0, to; from < points.size(); from = to) {
        Point2D at = onPaper(points.get(from), plot, area);
        to = from + 1;
        while (to < points.size()
            && at.distance(onPaper(points.get(to), plot, area)) < PlotStyle.COINCIDE) {
          to++;
        }
        String label = points.get(from).label();
        if (to - from > 1) {
          label += (to - from > 2 ? " … " : ", ") + points.get(to - 1).label();
        }
        placement.write(label, at, Picture.font(12, Font.PLAIN), style.mark(one).color());
      }
    }
  }

  private static Point2D onPaper(PlotSeries.Point point, XYPlot plot, Rectangle2D area) {
    return new Point2D.Double(
        plot.getDomainAxis().valueToJava2D(point.millis().value(), area, RectangleEdge.BOTTOM),
        plot.getRangeAxis().valueToJava2D(point.metric().value(), area, RectangleEdge.LEFT));
  }
}
