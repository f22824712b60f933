package dev.deed.evaluation.calibration;

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
                Column.text("bound"),
                Column.number("layers"),
                Column.number("decode ms"),
                Column.number("-decode"),
                Column.text("by the clock"),
                Column.text("goal")));
    for (Tested setting : calibration.tested()) {
      table.add(
          List.of(
              setting.policy().toString(),
              number("%.2f", setting.searchRisk()),
              number("%.2f", setting.risk()),
              number("%.3f", setting.pValue()),
              setting.judgement().bound(),
              number("%.1f %%", 100 * setting.layersRunShare()),
              number("%.2f", setting.decode().ofCounts()),
              number(
                  "%.0f %% [%.0f, %.0f]",
                  100 * setting.reduction().value(),
                  100 * setting.reduction().low(),
                  100 * setting.reduction().high()),
              calibration.measured(setting).cell(),
              setting.accepted() ? "kept" : "no"));
    }
    return table.plain()
        + """

        decode ms, -decode: what counts come to at the prices of their parts, against full depth; by them settings are \
        compared.
        by the clock: the same as measured; not measurable: no difference from full depth. In brackets: 90 % intervals.

        """
        + verdict(calibration)
        + "\n";
  }

  private static String verdict(Calibration calibration) {
    String kept = calibration.goal().sentence();
    return calibration
        .chosen()
        .map(
            best ->
                "%s keeps %s. It runs %s of the layers; by its counts it takes %s less decode time, by the clock: %s."
                    .formatted(
                        best.policy(),
                        kept,
                        number("%.0f %%", 100 * best.layersRunShare()),
                        number("%.0f %%", 100 * best.reduction().value()),
                        calibration.measured(best).words("decode time")))
        .orElse("no setting cheaper than full depth was shown to keep " + kept);
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
