package dev.deed.evaluation.calibration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.LosslessCalibration.Tested;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A calibration of lossless exits, to read.
 *
 * @param data file of the inputs
 */
public record LosslessCalibrationReport(
    LosslessCalibration calibration, Path data, Provenance provenance) {
  /** For a terminal. */
  public String plain() {
    TextTable table =
        new TextTable(
            List.of(
                Column.text("setting"),
                Column.number("kept"),
                Column.number("a block"),
                Column.number("passes"),
                Column.number("decode ms"),
                Column.number("-decode"),
                Column.text("by the clock")));
    for (Tested setting : calibration.tested()) {
      table.add(
          List.of(
              setting.policy().toString(),
              number("%.1f %%", 100 * setting.acceptedShare()),
              number("%.1f", setting.length()),
              number("%.1f %%", 100 * setting.layerPassesShare()),
              number("%.2f", setting.decode().ofCounts()),
              number(
                  "%.0f %% [%.0f, %.0f]",
                  100 * setting.reduction().value(),
                  100 * setting.reduction().low(),
                  100 * setting.reduction().high()),
              calibration.measured(setting).cell()));
    }
    return table.plain()
        + """

        Every answer is that of full depth. kept: drafts that it emits too; a block: drafts a verification; passes: \
        walks through a layer's weights, against full depth.
        decode ms, -decode: what counts come to at the prices of their parts, against full depth; by them settings are \
        compared.
        by the clock: the same as measured; not measurable: no difference from full depth. In brackets: 90 % intervals.

        """
        + verdict()
        + "\n";
  }

  private String verdict() {
    return calibration
        .chosen()
        .map(
            best ->
                "%s is the cheapest: by its counts it takes %s less decode time than full depth, by the clock: %s."
                    .formatted(
                        best.policy(),
                        number("%.0f %%", 100 * best.reduction().value()),
                        calibration.measured(best).words("decode time")))
        .orElse("no lossless setting was shown to be cheaper than full depth");
  }

  /** Everything that was found. */
  public ObjectNode json() {
    ObjectNode json = provenanceJson();
    json.put("lossless", true);
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
    ObjectNode json = provenanceJson();
    json.put("accepted_share", chosen.acceptedShare());
    json.put("draft_length", chosen.length());
    CalibrationJson.reduction(chosen.reduction(), calibration.measured(chosen), json);
    return json;
  }

  private ObjectNode provenanceJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    CalibrationJson.origin(
        data, calibration.searchExamples(), calibration.testExamples(), provenance, json);
    return json;
  }

  private void setting(Tested setting, ObjectNode json) {
    json.put("policy", setting.policy().toString());
    json.put("accepted_share", setting.acceptedShare());
    json.put("draft_length", setting.length());
    json.put("layer_passes_share", setting.layerPassesShare());
    json.put("decode_ms", setting.decode().ofCounts());
    CalibrationJson.reduction(setting.reduction(), calibration.measured(setting), json);
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
