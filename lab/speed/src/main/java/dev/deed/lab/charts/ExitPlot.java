package dev.deed.lab.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.block.RectangleConstraint;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.Size2D;
import org.jfree.data.Range;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Where dynamic policies emit: share of the tokens by layer, and mean layer along the answer, in
 * two panels with one legend.
 */
final class ExitPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;

  /** More bars side by side could not be told apart. */
  private static final int MOST_ROWS = 5;

  /** Okabe and Ito's, which the colour-blind can tell apart. */
  private static final Color[] COLORS = {
    new Color(0x0072b2),
    new Color(0xe69f00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0x6b6b6b),
  };

  private final String subject;
  private final List<EvaluationCharts.Row> rows;

  private ExitPlot(String subject, List<EvaluationCharts.Row> rows) {
    this.subject = subject;
    this.rows = rows;
  }

  /** The first dynamic policies of the first model. */
  static ExitPlot of(EvaluationCharts charts) {
    String first = charts.rows().getFirst().model();
    return new ExitPlot(
        charts.subject(),
        charts.rows().stream()
            .filter(row -> row.model().equals(first))
            .filter(row -> row.policy().kind() != PlotPolicy.Kind.STATIC)
            .filter(row -> row.policy().kind() != PlotPolicy.Kind.FULL)
            .limit(MOST_ROWS)
            .toList());
  }

  /** Whether there is anything to show. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Writes it as PNG. */
  void write(Path file) throws IOException {
    Picture.write(file, WIDTH, HEIGHT, this::draw);
  }

  private void draw(Graphics2D graphics) {
    CategoryPlot shares = histogram();
    double half = WIDTH / 2.0;
    double below = legend(graphics, shares);
    double above = title(graphics);
    chart(shares).draw(graphics, new Rectangle2D.Double(0, above, half, HEIGHT - above - below));
    chart(along())
        .draw(graphics, new Rectangle2D.Double(half, above, half, HEIGHT - above - below));
  }

  /** Writes what both panels are about above them; returns the height that it takes. */
  private double title(Graphics2D graphics) {
    Font font = Picture.font(14, Font.BOLD);
    graphics.setFont(font);
    graphics.setColor(Color.BLACK);
    Rectangle2D bounds = font.getStringBounds(subject, graphics.getFontRenderContext());
    graphics.drawString(subject, (float) (WIDTH - bounds.getWidth()) / 2, 8 + font.getSize2D());
    return 8 + bounds.getHeight();
  }

  /** Writes the one legend of both panels below them; returns the height that it takes. */
  private static double legend(Graphics2D graphics, CategoryPlot plot) {
    LegendTitle legend = new LegendTitle(plot);
    legend.setItemFont(Picture.font(12, Font.PLAIN));
    legend.setPadding(new RectangleInsets(2, 12, 8, 12));
    Size2D size = legend.arrange(graphics, new RectangleConstraint(WIDTH, new Range(0, HEIGHT)));
    legend.draw(
        graphics, new Rectangle2D.Double(0, HEIGHT - size.getHeight(), WIDTH, size.getHeight()));
    return size.getHeight();
  }

  private static JFreeChart chart(Plot plot) {
    JFreeChart chart = new JFreeChart(null, null, plot, false);
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(8, 8, 4, 12));
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    return chart;
  }

  /** What a policy is called; of the model's own, what it is. */
  private static String name(EvaluationCharts.Row row) {
    return row.policy().label() + (row.resolved() == null ? "" : " = " + row.resolved());
  }

  private CategoryPlot histogram() {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    BarRenderer bars = new BarRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setItemMargin(0);
    for (int i = 0; i < rows.size(); i++) {
      List<Double> shares = rows.get(i).shares();
      for (int layer = 1; layer <= shares.size(); layer++) {
        data.addValue(100 * shares.get(layer - 1), name(rows.get(i)), String.valueOf(layer));
      }
      bars.setSeriesPaint(i, COLORS[i]);
    }
    CategoryAxis layers = new CategoryAxis("exit layer");
    NumberAxis share = new NumberAxis("share of tokens, %");
    share.setRange(0, 100);
    font(share);
    layers.setLabelFont(Picture.font(12, Font.PLAIN));
    layers.setTickLabelFont(Picture.font(11, Font.PLAIN));
    CategoryPlot plot = new CategoryPlot(data, layers, share, bars);
    plot.setRangeGridlinePaint(PlotStyle.GRID);
    return plot;
  }

  private XYPlot along() {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, false);
    int layers = 1;
    for (int i = 0; i < rows.size(); i++) {
      EvaluationCharts.Row row = rows.get(i);
      layers = Math.max(layers, row.shares().size());
      XYSeries series = new XYSeries(name(row));
      for (int position = 0; position < row.byPosition().size(); position++) {
        series.add(position + 1, row.byPosition().get(position));
      }
      data.addSeries(series);
      lines.setSeriesPaint(i, COLORS[i]);
      lines.setSeriesStroke(i, new BasicStroke(1.8f));
    }
    NumberAxis position = new NumberAxis("token of the answer");
    position.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    position.setAutoRangeIncludesZero(false);
    NumberAxis layer = new NumberAxis("mean exit layer");
    layer.setRange(0.8, layers + 0.2);
    layer.setTickUnit(new NumberTickUnit(1));
    font(position);
    font(layer);
    XYPlot plot = new XYPlot(data, position, layer, lines);
    plot.setDomainGridlinePaint(PlotStyle.GRID);
    plot.setRangeGridlinePaint(PlotStyle.GRID);
    return plot;
  }

  private static void font(NumberAxis axis) {
    axis.setLabelFont(Picture.font(12, Font.PLAIN));
    axis.setTickLabelFont(Picture.font(11, Font.PLAIN));
  }
}
