package dev.deed.evaluation.calibration;

import static dev.deed.evaluation.report.TextTable.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A calibration on a file of examples, to read. In JSON risks and tolerances are points of the
 * metric, shares fractions.
 */
public record CalibrationReport(Calibration calibration, Path data, Provenance provenance) {
  private static final List<Column> LOSSES =
      List.of(
          Column.number("loss in search"),
          Column.number("in test"),
          Column.number("p"),
          Column.text("bound"),
          Column.number("layers"));

  private static final List<Column> DRAFTS =
      List.of(Column.number("kept"), Column.number("a block"), Column.number("passes"));

  private static final List<Column> COSTS =
      List.of(Column.number("decode ms"), Column.number("-decode"), Column.text("by the clock"));

  /** For a terminal: the tested settings and what was chosen. */
  public String plain() {
    boolean lossless = calibration.goal() == null;
    List<Column> columns = new ArrayList<>(List.of(Column.text("setting")));
    columns.addAll(lossless ? DRAFTS : LOSSES);
    columns.addAll(COSTS);
    if (!lossless) {
      columns.add(Column.text("goal"));
    }
    TextTable table = new TextTable(columns);
    calibration.tested().forEach(setting -> table.add(cells(setting)));
    String drafts =
        """
        Every answer is that of full depth. kept: drafts that it emits too; a block: drafts a verification; passes: \
        walks through a layer's weights, against full depth.
        """;
    return table.plain()
        + "\n"
        + (lossless ? drafts : "")
        + """
        decode ms, -decode: what counts come to at the prices of their parts, against full depth; by them settings are \
        compared.
        by the clock: the same as measured; not measurable: no difference from full depth. In brackets: 90 % intervals.

        """
        + verdict()
        + "\n";
  }

  private List<String> cells(Tested setting) {
    List<String> cells = new ArrayList<>(List.of(setting.policy().toString()));
    cells.addAll(
        switch (setting.outcome()) {
          case Losses losses ->
              List.of(
                  format("%.2f", losses.searchRisk()),
                  format("%.2f", losses.risk()),
                  format("%.3f", losses.judgement().pValue()),
                  losses.judgement().bound(),
                  format("%.1f %%", 100 * losses.layersRunShare()));
          case Verified drafts ->
              List.of(
                  format("%.1f %%", 100 * drafts.acceptedShare()),
                  format("%.1f", drafts.length()),
                  format("%.1f %%", 100 * drafts.layerPassesShare()));
        });
    Estimate reduction = setting.reduction();
    cells.add(format("%.2f", setting.decode().ofCounts()));
    cells.add(
        format(
            "%.0f %% [%.0f, %.0f]",
            100 * reduction.value(), 100 * reduction.low(), 100 * reduction.high()));
    cells.add(calibration.measured(setting).cell());
    if (setting.outcome() instanceof Losses losses) {
      cells.add(losses.accepted() ? "kept" : "no");
    }
    return cells;
  }

  private String verdict() {
    Goal goal = calibration.goal();
    if (calibration.chosen().isEmpty()) {
      return goal == null
          ? "no lossless setting was shown to be cheaper than full depth"
          : "no setting cheaper than full depth was shown to keep " + goal.sentence();
    }
    Tested best = calibration.chosen().get();
    String saved = format("%.0f %%", 100 * best.reduction().value());
    String clock = calibration.measured(best).cell();
    return goal != null && best.outcome() instanceof Losses losses
        ? "%s keeps %s. It runs %s of the layers; by its counts it takes %s less decode time, by the clock: %s."
            .formatted(
                best.policy(),
                goal.sentence(),
                format("%.0f %%", 100 * losses.layersRunShare()),
                saved,
                clock)
        : "%s is the cheapest: by its counts it takes %s less decode time than full depth, by the clock: %s."
            .formatted(best.policy(), saved, clock);
  }

  public ObjectNode json() {
    ObjectNode json = origin();
    if (calibration.goal() == null) {
      json.put("lossless", true);
    }
    json.put("searched", calibration.searched());
    json.put("full_decode_ms", calibration.full().ofCounts());
    ArrayNode tested = json.putArray("tested");
    calibration.tested().forEach(setting -> setting(setting, tested.addObject()));
    calibration
        .chosen()
        .ifPresentOrElse(
            best -> setting(best, json.putObject("chosen")), () -> json.putNull("chosen"));
    return json;
  }

  /** What the model's folder keeps beside the chosen setting: how it came about. */
  ObjectNode provenance(Tested chosen) {
    ObjectNode json = origin();
    switch (chosen.outcome()) {
      case Losses losses -> putRisk(losses, json);
      case Verified drafts -> putDrafts(drafts, json);
    }
    putReduction(chosen, json);
    return json;
  }

  private ObjectNode origin() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Goal goal = calibration.goal();
    if (goal != null) {
      put(goal, json);
    }
    json.put("data", data.toString()).put("search_examples", calibration.searchExamples());
    json.put("test_examples", calibration.testExamples());
    provenance.addTo(json);
    return json;
  }

  /** Writes what was asked for. */
  static void put(Goal goal, ObjectNode json) {
    json.put("metric", goal.metric().name());
    json.put("against", goal.against().name().toLowerCase(Locale.ROOT));
    json.put("tolerance", goal.tolerance()).put("level", goal.level());
  }

  private void setting(Tested setting, ObjectNode json) {
    json.put("policy", setting.policy().toString());
    switch (setting.outcome()) {
      case Losses losses -> {
        json.put("search_risk", losses.searchRisk());
        putRisk(losses, json);
      }
      case Verified drafts -> {
        putDrafts(drafts, json);
        json.put("layer_passes_share", drafts.layerPassesShare());
      }
    }
    json.put("decode_ms", setting.decode().ofCounts());
    putReduction(setting, json);
    if (setting.outcome() instanceof Losses losses) {
      json.put("layers_run_share", losses.layersRunShare()).put("accepted", losses.accepted());
    }
  }

  private static void putRisk(Losses losses, ObjectNode json) {
    json.put("risk", losses.risk()).put("p_value", losses.judgement().pValue());
    json.put("bound", losses.judgement().bound());
  }

  private static void putDrafts(Verified drafts, ObjectNode json) {
    json.put("accepted_share", drafts.acceptedShare()).put("draft_length", drafts.length());
  }

  /** How much less decode time it takes than full depth: of counts, and as the clock saw it. */
  private void putReduction(Tested setting, ObjectNode json) {
    Estimate ofCounts = setting.reduction();
    Estimate clock = calibration.measured(setting).share();
    json.put("decode_reduction", ofCounts.value()).put("measured_decode_reduction", clock.value());
    json.put("told_apart", calibration.measured(setting).isMeasurable());
    ObjectNode interval = json.putObject("interval");
    interval.putArray("decode_reduction").add(ofCounts.low()).add(ofCounts.high());
    interval.putArray("measured_decode_reduction").add(clock.low()).add(clock.high());
  }
}
