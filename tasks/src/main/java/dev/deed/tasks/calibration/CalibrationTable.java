package dev.deed.tasks.calibration;

import dev.deed.tasks.calibration.Calibration.Tested;
import dev.deed.tasks.evaluation.EvaluationPolicy;
import dev.deed.tasks.report.TextTable;
import dev.deed.tasks.report.TextTable.Column;
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
                Column.text("promise")));
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
              setting.accepted() ? "kept" : "not shown"));
    }
    return table.plain() + "\n" + verdict(calibration) + "\n";
  }

  private static String verdict(Calibration calibration) {
    Promise promise = calibration.promise();
    String bound =
        String.format(
            Locale.ROOT,
            "a mean loss of at most %s points of %s against %s, with a confidence of %s %%",
            plain(promise.tolerance()),
            promise.metric().name(),
            promise.against() == Promise.Against.FULL ? "full depth's answers" : "the references",
            plain(100 * promise.level()));
    return calibration
        .chosen()
        .map(
            best ->
                "%s keeps %s, and saves %s of decode time"
                    .formatted(
                        EvaluationPolicy.spelled(best.policy()),
                        bound,
                        number("%.0f %%", 100 * calibration.reduction(best))))
        .orElse("no setting faster than full depth was shown to keep " + bound);
  }

  private static String plain(double value) {
    return new java.math.BigDecimal(value)
        .round(new java.math.MathContext(6))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
