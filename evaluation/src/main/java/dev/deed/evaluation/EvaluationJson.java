package dev.deed.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.RunTotals.Figure;
import java.util.List;
import java.util.Locale;

/** An evaluation as JSON. Shares and reductions are fractions, times milliseconds. */
public final class EvaluationJson {
  private EvaluationJson() {}

  public static ObjectNode of(EvaluationReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("data", report.data().toString()).put("examples", report.examples());
    report.provenance().addTo(json);
    json.put("batch", report.provenance().batch()).put("repeats", report.provenance().repeats());
    json.put("spread", report.spread());
    ArrayNode rows = json.putArray("rows");
    report.rows().forEach(row -> rows.add(row(row)));
    return json;
  }

  /** One row. */
  public static ObjectNode row(EvaluationRow row) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", row.model()).put("policy", row.policy().label());
    if (row.resolved() != null) {
      json.put("resolved", row.resolved().toString());
    }
    if (row.sameAs() != null) {
      json.put("same_as", row.sameAs());
    }
    json.put("history", row.policy().history().name().toLowerCase(Locale.ROOT));
    ObjectNode metrics = json.putObject("metrics");
    row.metrics().forEach((name, estimate) -> metrics.put(name, estimate.value()));
    row.figures().forEach((figure, estimate) -> json.put(figure.key(), estimate.value()));
    ObjectNode interval = json.putObject("interval");
    row.metrics().forEach((name, estimate) -> put(interval, name, estimate));
    row.figures().forEach((figure, estimate) -> put(interval, figure.key(), estimate));
    DraftFigures drafts = row.drafts();
    if (drafts != null) {
      drafts(drafts, json, interval);
    }
    ObjectNode measurable = json.putObject("told_apart");
    for (Figure figure : List.of(Figure.DECODE_REDUCTION, Figure.TOTAL_REDUCTION)) {
      measurable.put(figure.key(), row.reduction(figure).isMeasurable());
    }
    ObjectNode exits = json.putObject("exits");
    row.exits().shares().forEach(exits.putArray("share_by_layer")::add);
    row.exits().byPosition().forEach(exits.putArray("mean_layer_by_position")::add);
    return json;
  }

  private static void drafts(DraftFigures drafts, ObjectNode json, ObjectNode interval) {
    json.put("drafted", drafts.drafted()).put("accepted", drafts.accepted());
    json.put("verifications", drafts.verifications()).put("differing", drafts.differing());
    json.put("draft_length", drafts.length().value());
    put(interval, "draft_length", drafts.length());
    if (drafts.drafted() > 0) {
      json.put("accepted_share", drafts.acceptedShare().value());
      put(interval, "accepted_share", drafts.acceptedShare());
    } else {
      json.putNull("accepted_share");
    }
  }

  private static void put(ObjectNode interval, String name, Estimate estimate) {
    interval.putArray(name).add(estimate.low()).add(estimate.high());
  }
}
