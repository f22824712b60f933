package dev.deed.evaluation.calibration;

import static dev.deed.evaluation.TextTable.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.Reduction;
import dev.deed.evaluation.TextTable;
import dev.deed.evaluation.TextTable.Column;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
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
      List.of(Column.number("cost"), Column.number("decode ms"), Column.text("-decode"));

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
        cost: what counts come to in multiply-adds, against full depth; by it settings are compared.
        decode ms, -decode: measured, and the time saved; not measurable: no difference from full depth. In brackets: \
        90 % intervals.

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
    cells.add(format("%.1f %%", 100 * setting.cost()));
    cells.add(format("%.2f", Calibration.mean(setting.decode())));
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
    String cost = format("%.0f %%", 100 * best.cost());
    String saved = calibration.measured(best).cell();
    return goal != null && best.outcome() instanceof Losses losses
        ? "%s keeps %s. It runs %s of the layers at %s of the cost; decode time saved: %s."
            .formatted(
                best.policy(),
                goal.sentence(),
                format("%.0f %%", 100 * losses.layersRunShare()),
                cost,
                saved)
        : "%s is the cheapest, at %s of the cost of full depth; decode time saved: %s."
            .formatted(best.policy(), cost, saved);
  }

  public ObjectNode json() {
    ObjectNode json = origin();
    if (calibration.goal() == null) {
      json.put("lossless", true);
    }
    json.put("searched", calibration.searched());
    json.put("full_decode_ms", Calibration.mean(calibration.full()));
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
    json.put("decode_ms", Calibration.mean(setting.decode()));
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

  /** What it costs by its counts, and how much less decode time than full depth it takes. */
  private void putReduction(Tested setting, ObjectNode json) {
    Reduction measured = calibration.measured(setting);
    Estimate share = measured.share();
    json.put("cost_share", setting.cost()).put("decode_reduction", share.value());
    json.put("told_apart", measured.isMeasurable());
    json.putObject("interval").putArray("decode_reduction").add(share.low()).add(share.high());
  }
}
