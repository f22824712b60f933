package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.util.List;
import java.util.Locale;

/** A calibration for a terminal. */
public final class CalibrationTable {
  private CalibrationTable() {}

  /** The tested settings and what was chosen. */
  public static String plain(Calibration calibration) {
    TextTable table =
        new TextTable(
            List.of(
                Column.text("setting"),
                Column.number("loss in search"),
                Column.number("in test"),
                Column.number("p"),
                Column.number("decode ms"),
                Column.number("-decode"),
                Column.number("layers"),
                Column.text("goal")));
    for (Tested setting : calibration.tested()) {
      table.add(
          List.of(
              EvaluationPolicy.spelled(setting.policy()),
              number("%.2f", setting.searchRisk()),
              number("%.2f", setting.risk()),
              number("%.3f", setting.pValue()),
              number("%.2f", setting.decodeMillis()),
              number("%.1f %%", 100 * calibration.reduction(setting)),
              number("%.1f %%", 100 * setting.layersRunShare()),
              setting.accepted() ? "kept" : "no"));
    }
    return table.plain() + "\n" + verdict(calibration) + "\n";
  }

  private static String verdict(Calibration calibration) {
    String kept = calibration.goal().sentence();
    return calibration
        .chosen()
        .map(
            best ->
                "%s keeps %s, and saves %s of decode time"
                    .formatted(
                        EvaluationPolicy.spelled(best.policy()),
                        kept,
                        number("%.0f %%", 100 * calibration.reduction(best))))
        .orElse("no setting faster than full depth was shown to keep " + kept);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
