package dev.deed.lab.charts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.lab.charts.EvaluationCharts.Row;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Plots of made-up rows; they are left in {@code target/plots} for looking at. */
class EvaluationPlotTest {
  private static final String POLICIES =
      "full; default; static:1..6; max_prob:0.5,0.7,0.9,0.99,0.999; copy:max_prob:0.5,0.9,0.999";

  private static Row row(String model, PlotPolicy policy, double metric, double millis) {
    return new Row(
        model,
        policy,
        policy.exits().get(ExitSetting.POLICY) == null
            ? ExitSettings.maxProbability(0.9)
                .with(ExitSetting.LOSSLESS, policy.exits().get(ExitSetting.LOSSLESS))
            : null,
        new Estimate(millis, millis * 0.97, millis * 1.04),
        new Estimate(metric, metric - 0.8, metric + 0.7),
        List.of(0.6, 0.3, 0.1),
        List.of(1.0, 2.0));
  }

  private static List<PlotPolicy> policies(String list) {
    List<PlotPolicy> policies = new ArrayList<>();
    ExitSettings.parseList(list)
        .forEach((label, exits) -> policies.add(new PlotPolicy(label, exits)));
    return policies;
  }

  private static EvaluationCharts charts(List<Row> rows) {
    return new EvaluationCharts(
        "pix2code/test.jsonl, 250 examples", Metric.list("exact").getFirst(), rows);
  }

  private static BufferedImage draw(List<Row> rows, String name) throws IOException {
    Path file = Files.createDirectories(Path.of("target", "plots")).resolve(name);
    new EvaluationPlot(charts(rows)).write(file);
    return ImageIO.read(file.toFile());
  }

  /** What an easy task gives: all the same accuracy, times that nearly coincide. */
  private static List<Row> rows(String model, double slower) {
    List<Row> rows = new ArrayList<>();
    int i = 0;
    for (PlotPolicy policy : policies(POLICIES)) {
      double millis =
          switch (policy.kind()) {
            case FULL -> 60;
            case DEFAULT -> 13;
            case STATIC -> 10 * Integer.parseInt(policy.value());
            case DYNAMIC -> policy.value().equals("0.999") ? 27 : 12 + 0.1 * i;
            case COPY -> policy.value().equals("0.999") ? 20 : 11.5 + 0.05 * i;
          };
      double metric =
          switch (policy.kind()) {
            case COPY -> policy.value().equals("0.999") ? 97.1 : 98.0;
            case STATIC -> policy.value().equals("1") ? 97.7 : 98.0;
            case FULL, DEFAULT, DYNAMIC -> 98.0;
          };
      rows.add(row(model, policy, metric, millis * slower));
      i++;
    }
    return rows;
  }

  @Test
  void modelsAreToldApartByWhatTheyDoNotShare() {
    assertThat(PlotSeries.sharedFolder(List.of("/w/lines/deed", "/w/lines/last")))
        .isEqualTo("/w/lines/");
    assertThat(PlotSeries.sharedFolder(List.of("a/m", "a/m (2)"))).isEqualTo("a/");
    assertThat(PlotSeries.sharedFolder(List.of("deed", "last"))).isEmpty();
  }

  @Test
  void familiesAreTold() throws IOException {
    BufferedImage image = draw(rows("models/screenshot-markup", 1), "one-model.png");
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    assertThat(colours)
        .as("black, grey, DEED, copy, default")
        .contains(0x000000, 0x6b6b6b, 0x0072b2, 0xd55e00, 0x009e73);
  }

  /** What it comes to tells the settings already. */
  @Test
  void aModelsOwnLosslessExitsAreNamedOnce() {
    List<Row> rows = new ArrayList<>();
    for (PlotPolicy policy : policies("full; default; default@lossless")) {
      rows.add(row("a", policy, 98, 10));
    }
    assertThat(PlotSeries.of(charts(rows)))
        .extracting(PlotSeries::name)
        .containsExactly(
            "full depth", "model's own: max_prob:0.9", "model's own: max_prob:0.9@lossless");
  }

  @Test
  void comparedModelsHaveSeriesOfTheirOwn() throws IOException {
    List<Row> rows = rows("a", 1);
    rows.addAll(rows("b", 1.6));
    List<PlotSeries> series = PlotSeries.of(charts(rows));
    assertThat(series)
        .extracting(PlotSeries::name)
        .contains("fixed exit layer, a", "DEED, max_prob, b", "model's own: max_prob:0.9, b")
        .doesNotContain("full depth, a");
    PlotSeries fixed =
        series.stream()
            .filter(one -> one.name().equals("fixed exit layer, a"))
            .findFirst()
            .orElseThrow();
    assertThat(fixed.points()).last().extracting("label").isEqualTo("full");
    draw(rows, "two-models.png");
  }

  @Test
  void manyModelsHaveTheSeriesThatHaveAColourEach() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int model = 0; model < 8; model++) {
      rows.addAll(rows("model-" + model, 1 + model));
    }
    List<PlotSeries> series = PlotSeries.of(charts(rows));
    assertThat(series).hasSize(8).allMatch(one -> one.name().startsWith("fixed exit layer, "));
    draw(rows, "many-models.png");
  }

  /** Series with the gate and without it were the same blue squares, or other shapes in blue. */
  @Test
  void noTwoSeriesHaveOneColourOrShape() throws IOException {
    List<String> policies = new ArrayList<>(List.of(POLICIES, "margin:0.9; entropy:0.9"));
    for (String settings :
        List.of("gate=0.2", "gate=0.5", "min=2", "layers=2,4", "layers=1,3", "decay=0.1")) {
      policies.add("max_prob:0.5,0.9@" + settings + "; copy:max_prob:0.9@" + settings);
    }
    policies.add("max_prob:0.9@shortlist=8; max_prob:0.9@shortlist=8,gate=0.2");
    List<Row> rows = new ArrayList<>();
    for (PlotPolicy policy : policies(String.join(";", policies))) {
      rows.add(row("a", policy, 90 + rows.size() % 7, 10 + rows.size()));
    }
    EvaluationCharts charts = charts(rows);
    List<PlotSeries> series = PlotSeries.of(charts);
    assertThat(series).hasSizeBetween(8, PlotStyle.COLORS);
    PlotStyle style = new PlotStyle(series);
    assertThat(series.stream().map(style::mark).map(PlotMark::color)).doesNotHaveDuplicates();
    assertThat(series.stream().map(style::mark).map(mark -> Map.entry(mark.form(), mark.filled())))
        .doesNotHaveDuplicates();
    PlotSeries gated =
        PlotSeries.all(charts).stream()
            .filter(one -> one.name().equals("DEED, max_prob @gate=0.2"))
            .findFirst()
            .orElseThrow();
    assertThat(new PlotStyle(List.of(gated)).mark(gated).form()).isEqualTo(PlotMark.Form.CROSS);
    draw(rows, "many-series.png");
  }

  @Test
  void aSingleRowIsAPlotToo() throws IOException {
    List<Row> row = rows("a", 0).subList(0, 1);
    assertThat(draw(row, "one-row.png").getHeight()).isEqualTo(1120);
  }
}
