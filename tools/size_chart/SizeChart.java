import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Font;
import java.io.File;
import java.io.IOException;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Draws what exits save against width and depth, from the figures of the experiment sizes: a bar
 * for the folder's own policy and one for lossless exits, each against the model's own full depth,
 * which is its first row.
 *
 * <pre>
 * ./deed --version    # builds what the class path names
 * java -cp 'cli/target/deed/*' tools/size_chart/SizeChart.java lab/results/raw/sizes.zip lab/results/sizes-saving.png \
 *     width64='width 64, 6 layers' width128='width 128, 6 layers' \
 *     width256='width 256, 6 layers' layers12='width 128, 12 layers'
 * </pre>
 */
final class SizeChart {
  private static final List<String> POLICIES = List.of("default", "default@lossless");
  private static final List<String> NAMES =
      List.of("own exits, 0.5 points allowed", "lossless exits, nothing lost");
  private static final List<Color> COLORS = List.of(new Color(0x0072b2), new Color(0xe69f00));

  private SizeChart() {}

  public static void main(String[] arguments) throws IOException {
    System.setProperty("java.awt.headless", "true");
    JsonNode evaluation;
    try (ZipFile zip = new ZipFile(arguments[0])) {
      evaluation =
          new ObjectMapper().readTree(zip.getInputStream(zip.getEntry("sizes.json")));
    }
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    for (int i = 2; i < arguments.length; i++) {
      String[] model = arguments[i].split("=", 2);
      List<JsonNode> rows = rows(evaluation, model[0]);
      double full = rows.getFirst().path("decode_ms").asDouble();
      for (JsonNode row : rows) {
        int policy = POLICIES.indexOf(row.path("policy").asText());
        if (policy >= 0) {
          double saved = 1 - row.path("decode_ms").asDouble() / full;
          data.addValue(100 * saved, NAMES.get(policy), model[1]);
        }
      }
    }
    String title =
        String.format(
            Locale.ROOT,
            "Decode time saved on %,d lines of receipts",
            evaluation.path("examples").asInt());
    ChartUtils.saveChartAsPNG(new File(arguments[1]), chart(title, data), 900, 420);
  }

  private static List<JsonNode> rows(JsonNode evaluation, String model) {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row : evaluation.path("rows")) {
      if (row.path("model").asText().endsWith("/" + model)) {
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no rows of " + model);
    }
    return rows;
  }

  private static JFreeChart chart(String title, DefaultCategoryDataset data) {
    BarRenderer bars = new BarRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setItemMargin(0.05);
    bars.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new DecimalFormat("0")));
    bars.setDefaultItemLabelsVisible(true);
    for (int i = 0; i < COLORS.size(); i++) {
      bars.setSeriesPaint(i, COLORS.get(i));
    }
    CategoryAxis models = new CategoryAxis("decoder");
    NumberAxis saved = new NumberAxis("decode time saved, % of full depth's");
    saved.setRange(0, 100);
    CategoryPlot plot = new CategoryPlot(data, models, saved, bars);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(new Color(0xe4e4e4));
    plot.setOutlineVisible(false);
    JFreeChart chart =
        new JFreeChart(title, new Font(Font.SANS_SERIF, Font.BOLD, 14), plot, true);
    chart.setBackgroundPaint(Color.WHITE);
    return chart;
  }
}
