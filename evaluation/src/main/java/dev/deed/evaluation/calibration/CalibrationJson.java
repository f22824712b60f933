package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import java.nio.file.Path;
import java.util.Locale;

/** A calibration as JSON. Risks and tolerances are points of the metric, shares fractions. */
public final class CalibrationJson {
  private CalibrationJson() {}

  /** Everything that was found. */
  public static ObjectNode of(Calibration calibration, Path data, Provenance provenance) {
    ObjectNode json = promise(calibration, data, provenance);
    json.put("searched", calibration.searched());
    json.put("full_decode_ms", calibration.full().ofCounts());
    ArrayNode tested = json.putArray("tested");
    calibration.tested().forEach(setting -> setting(calibration, setting, tested.addObject()));
    calibration
        .chosen()
        .ifPresentOrElse(
            best -> setting(calibration, best, json.putObject("chosen")),
            () -> json.putNull("chosen"));
    return json;
  }

  /** What the model's folder keeps beside the chosen setting: how it came about. */
  static ObjectNode provenance(
      Calibration calibration, Tested chosen, Path data, Provenance provenance) {
    ObjectNode json = promise(calibration, data, provenance);
    json.put("risk", chosen.risk());
    json.put("p_value", chosen.pValue());
    json.put("bound", chosen.judgement().bound());
    reduction(chosen.reduction(), calibration.measured(chosen), json);
    return json;
  }

  private static ObjectNode promise(Calibration calibration, Path data, Provenance provenance) {
    Goal goal = calibration.goal();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("metric", goal.metric().name());
    json.put("against", goal.against().name().toLowerCase(Locale.ROOT));
    json.put("tolerance", goal.tolerance());
    json.put("level", goal.level());
    origin(data, calibration.searchExamples(), calibration.testExamples(), provenance, json);
    return json;
  }

  /** From what, how and when. */
  static void origin(
      Path data, int searchExamples, int testExamples, Provenance provenance, ObjectNode json) {
    json.put("data", data.toString());
    json.put("search_examples", searchExamples);
    json.put("test_examples", testExamples);
    json.put("command", provenance.command());
    json.put("machine", provenance.machine());
    json.put("precision", provenance.precision());
    json.put("threads", provenance.threads());
    json.put("commit", provenance.commit());
    json.put("date", provenance.date().toString());
  }

  private static void setting(Calibration calibration, Tested setting, ObjectNode json) {
    json.put("policy", setting.policy().toString());
    json.put("search_risk", setting.searchRisk());
    json.put("risk", setting.risk());
    json.put("p_value", setting.pValue());
    json.put("bound", setting.judgement().bound());
    json.put("decode_ms", setting.decode().ofCounts());
    reduction(setting.reduction(), calibration.measured(setting), json);
    json.put("layers_run_share", setting.layersRunShare());
    json.put("accepted", setting.accepted());
  }

  /** How much less decode time it takes than full depth: of counts, and as the clock saw it. */
  static void reduction(Estimate ofCounts, Reduction measured, ObjectNode json) {
    json.put("decode_reduction", ofCounts.value());
    json.put("measured_decode_reduction", measured.share().value());
    json.put("told_apart", measured.told());
    ObjectNode interval = json.putObject("interval");
    put(interval, "decode_reduction", ofCounts);
    put(interval, "measured_decode_reduction", measured.share());
  }

  private static void put(ObjectNode interval, String name, Estimate estimate) {
    interval.putArray(name).add(estimate.low()).add(estimate.high());
  }
}
