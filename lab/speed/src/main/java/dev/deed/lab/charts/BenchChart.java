package dev.deed.lab.charts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.OpenOptions.Screening;
import dev.deed.lab.speed.BenchCase;
import dev.deed.value.WeightPrecision;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Bars of what a decoder step takes against the time of reading its weights once. What all bars
 * have in common is in the title, the rest beside each. Immutable.
 */
final class BenchChart {
  private static final int WIDTH = 900;
  private static final int ROW_HEIGHT = 22;
  private static final int FRAME_HEIGHT = 110;
  private static final Color OURS = new Color(0x1f6feb);
  private static final Color OTHERS = new Color(0x9aa4b0);

  private final List<Bar> bars;

  /**
   * A bar.
   *
   * @param conditions under which it was measured, as many for each bar
   * @param ratio time of a step by the time of reading its weights once
   */
  record Bar(String engine, List<String> conditions, double ratio) {}

  private BenchChart(List<Bar> bars) {
    this.bars = List.copyOf(bars);
  }

  /** The chart of what {@code deed bench} wrote as JSON. */
  static BenchChart read(JsonNode json) {
    List<Bar> bars = new ArrayList<>();
    for (JsonNode row : json.path("rows")) {
      if (!row.has("error")) {
        bars.add(
            new Bar(
                row.path("engine").asText(), conditions(row), row.path("ideal_ratio").asDouble()));
      }
    }
    return new BenchChart(bars);
  }

  private static List<String> conditions(JsonNode row) {
    int threads = row.path("threads").asInt();
    return List.of(
        row.path("model").asText(),
        weights(row),
        threads == 1 ? "1 thread" : threads + " threads",
        "batch " + row.path("batch").asInt(),
        row.path("source_length").asInt() + " → " + row.path("new_tokens").asInt() + " tokens");
  }

  /** As {@link BenchCase#weights} says it. */
  private static String weights(JsonNode row) {
    return new BenchCase(
            Path.of(""),
            WeightPrecision.valueOf(row.path("precision").asText().toUpperCase(Locale.ROOT)),
            screening(row.path("screening").asText()),
            row.path("head_tokens").asInt(),
            1,
            1,
            1,
            2)
        .weights();
  }

  /** Files of before it had three values say {@code true} and {@code false}. */
  private static Screening screening(String said) {
    return switch (said) {
      case "on", "true" -> Screening.ON;
      case "off" -> Screening.OFF;
      default -> Screening.AUTO;
    };
  }

  /**
   * Writes it as PNG.
   *
   * @throws IOException when the file cannot be written
   */
  void write(Path file) throws IOException {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    bars.forEach(bar -> data.addValue(bar.ratio(), "times", label(bar)));
    int height = FRAME_HEIGHT + ROW_HEIGHT * data.getColumnCount();
    Picture.write(
        file,
        WIDTH,
        height,
        graphics -> {
          JFreeChart chart =
              new JFreeChart(title(), Picture.font(15, Font.BOLD), plot(data), false);
          chart.setBackgroundPaint(Color.WHITE);
          chart.setPadding(new RectangleInsets(8, 8, 8, 24));
          chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
        });
  }

  /** What stands beside the bars, from top to bottom. */
  List<String> labels() {
    return bars.stream().map(this::label).toList();
  }

  /** What all bars have in common. */
  String title() {
    return bars.isEmpty() ? "" : String.join(", ", conditions(bars.getFirst(), true));
  }

  /** The engine stands first: its beginning decides about the colour. */
  private String label(Bar bar) {
    List<String> own = conditions(bar, false);
    return bar.engine() + (own.isEmpty() ? "" : " · " + String.join(", ", own));
  }

  private List<String> conditions(Bar bar, boolean common) {
    return IntStream.range(0, bar.conditions().size())
        .filter(
            i -> common == (bars.stream().map(b -> b.conditions().get(i)).distinct().count() == 1))
        .mapToObj(bar.conditions()::get)
        .toList();
  }

  private static CategoryPlot plot(DefaultCategoryDataset data) {
    BarRenderer renderer =
        new BarRenderer() {
          @Override
          public Color getItemPaint(int row, int column) {
            return data.getColumnKey(column).toString().startsWith("deed") ? OURS : OTHERS;
          }
        };
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new DecimalFormat("0.00", symbols())));
    renderer.setDefaultItemLabelsVisible(true);
    renderer.setDefaultPositiveItemLabelPosition(
        new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
    renderer.setDefaultItemLabelFont(Picture.font(11, Font.PLAIN));
    CategoryAxis engines = new CategoryAxis();
    engines.setTickLabelFont(Picture.font(11, Font.PLAIN));
    engines.setMaximumCategoryLabelWidthRatio(0.5f);
    NumberAxis ratio =
        new NumberAxis("time of a decoder step by the time of reading its weights once");
    ratio.setLabelFont(Picture.font(12, Font.PLAIN));
    ratio.setTickLabelFont(Picture.font(11, Font.PLAIN));
    ratio.setUpperMargin(0.12);
    CategoryPlot plot = new CategoryPlot(data, engines, ratio, renderer);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(new Color(0xdddddd));
    plot.setOutlineVisible(false);
    return plot;
  }

  private static DecimalFormatSymbols symbols() {
    return DecimalFormatSymbols.getInstance(Locale.ROOT);
  }
}
