package dev.deed.lab.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Loss of every exit against steps, training smoothed, validation as points. */
final class LossPlot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 600;

  /** Points of a curve: more would not be seen. */
  private static final int POINTS = 300;

  private LossPlot() {}

  static void write(List<JsonNode> lines, Path to) throws IOException {
    List<XYSeries> training = new ArrayList<>();
    List<XYSeries> validation = new ArrayList<>();
    List<JsonNode> steps = lines.stream().filter(line -> line.has("exit_losses")).toList();
    int window = Math.max(1, steps.size() / POINTS);
    for (int start = 0; start + window <= steps.size(); start += window) {
      List<JsonNode> part = steps.subList(start, start + window);
      add(training, part, "exit_losses", "exit %d, training");
    }
    for (JsonNode line : lines) {
      if (line.has("val_exit_losses")) {
        add(validation, List.of(line), "val_exit_losses", "exit %d, validation");
      }
    }
    JFreeChart chart = chart(training, validation);
    Picture.write(
        to,
        WIDTH,
        HEIGHT,
        graphics -> chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT)));
  }

  private static void add(List<XYSeries> series, List<JsonNode> part, String key, String name) {
    int exits = part.getLast().get(key).size();
    while (series.size() < exits) {
      series.add(new XYSeries(String.format(Locale.ROOT, name, series.size() + 1)));
    }
    long step = part.getLast().get("step").asLong();
    for (int exit = 0; exit < exits; exit++) {
      int index = exit;
      double mean =
          part.stream()
              .mapToDouble(line -> line.get(key).get(index).asDouble())
              .average()
              .orElse(0);
      // A logarithmic axis has no zero.
      series.get(exit).add(step, Math.max(mean, 1e-6));
    }
  }

  private static JFreeChart chart(List<XYSeries> training, List<XYSeries> validation) {
    XYPlot plot = new XYPlot();
    NumberAxis steps = new NumberAxis("step");
    steps.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    LogAxis loss = new LogAxis("cross-entropy per token");
    loss.setTickUnit(new NumberTickUnit(decades(training) > 2 ? 1 : Math.log10(2)));
    loss.setNumberFormatOverride(new DecimalFormat("0.######"));
    plot.setDomainAxis(steps);
    plot.setRangeAxis(loss);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    draw(plot, 0, training, true);
    draw(plot, 1, validation, false);
    JFreeChart chart =
        new JFreeChart("Loss of every exit", Picture.font(16, Font.BOLD), plot, true);
    chart.setBackgroundPaint(Color.WHITE);
    return chart;
  }

  /** Powers of ten between the smallest and the largest loss. */
  private static double decades(List<XYSeries> all) {
    double least = all.stream().mapToDouble(XYSeries::getMinY).min().orElse(1);
    double most = all.stream().mapToDouble(XYSeries::getMaxY).max().orElse(1);
    return Math.log10(most / least);
  }

  private static void draw(XYPlot plot, int index, List<XYSeries> all, boolean lines) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(lines, !lines);
    for (int i = 0; i < all.size(); i++) {
      data.addSeries(all.get(i));
      // From red, the shallowest exit, to blue, the deepest.
      float hue = all.size() == 1 ? 0.62f : 0.62f * i / (all.size() - 1);
      renderer.setSeriesPaint(i, Color.getHSBColor(hue, 0.85f, 0.8f));
      renderer.setSeriesStroke(i, new BasicStroke(1.6f));
      renderer.setSeriesShape(i, new Ellipse2D.Double(-3, -3, 6, 6));
    }
    plot.setDataset(index, data);
    plot.setRenderer(index, renderer);
  }
}
