package dev.deed.evaluation.speed;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import javax.imageio.ImageIO;
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

/** Bars of what a decoder step takes against the time of reading its weights once. */
final class BenchChart {
  private static final int WIDTH = 900;
  private static final int ROW_HEIGHT = 22;
  private static final int FRAME_HEIGHT = 110;
  private static final int SCALE = 2;
  private static final Color OURS = new Color(0x1f6feb);
  private static final Color OTHERS = new Color(0x9aa4b0);

  private final BenchFindings findings;

  BenchChart(BenchFindings findings) {
    this.findings = findings;
  }

  /** Writes it as PNG. */
  void writeTo(OutputStream out) throws IOException {
    // Nothing is shown; without this, the JDK looks for a display.
    System.setProperty("java.awt.headless", "true");
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    for (BenchRow row : findings.rows()) {
      if (row.failure() == null) {
        data.addValue(row.idealRatio(), "times", label(row));
      }
    }
    int height = FRAME_HEIGHT + ROW_HEIGHT * data.getColumnCount();
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    JFreeChart chart =
        new JFreeChart(
            "Time of a decoder step by the time of reading its weights once",
            font(15, Font.BOLD),
            plot(data),
            false);
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(8, 8, 8, 24));
    chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    graphics.dispose();
    ImageIO.write(image, "png", out);
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
    renderer.setDefaultItemLabelFont(font(11, Font.PLAIN));
    CategoryAxis engines = new CategoryAxis();
    engines.setTickLabelFont(font(11, Font.PLAIN));
    engines.setMaximumCategoryLabelWidthRatio(0.5f);
    NumberAxis ratio = new NumberAxis("times (1: memory is never idle)");
    ratio.setLabelFont(font(12, Font.PLAIN));
    ratio.setTickLabelFont(font(11, Font.PLAIN));
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

  /** The engine stands first: its beginning decides about the colour. */
  private static String label(BenchRow row) {
    BenchCase conditions = row.conditions();
    return "%s · %s, threads %d, batch %d, %d → %d, %s"
        .formatted(
            row.engine(),
            conditions.name(),
            conditions.threads(),
            conditions.batch(),
            row.sourceLength(),
            conditions.newTokens(),
            conditions.weights());
  }

  private static Font font(int size, int style) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
