package dev.deed.lab.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.lab.reproduce.ShippedModels.Measurement;
import dev.deed.lab.reproduce.ShippedModels.Stated;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A figure that a shipped model's card states, beside what was measured now. */
public record ShippedCheck(
    String name, String data, String policy, String metric, double stated, double measured) {
  /**
   * Points that a figure may be off: cards round, and processors with other vectors round sums
   * otherwise, which now and then changes a token.
   */
  public static final double TOLERANCE = 0.3;

  /** Whether the figure holds. */
  public boolean holds() {
    return Math.abs(stated - measured) <= TOLERANCE;
  }

  /**
   * Compares what an evaluation gave with what is stated.
   *
   * @param figures the evaluation's {@code evaluation.json}
   * @throws InputException when a row or metric is not there
   */
  static List<ShippedCheck> of(Measurement measurement, Path figures) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(figures.toFile()).path("rows");
    List<ShippedCheck> checks = new ArrayList<>();
    for (Stated stated : measurement.stated()) {
      String name = measurement.step().makes();
      double measured = measured(rows, stated, figures);
      checks.add(
          new ShippedCheck(
              name,
              measurement.data(),
              stated.policy(),
              stated.metric(),
              stated.points(),
              measured));
    }
    return checks;
  }

  private static double measured(JsonNode rows, Stated stated, Path figures) {
    for (JsonNode row : rows) {
      JsonNode found = row.path("metrics").path(stated.metric());
      if (row.path("policy").asText().equals(stated.policy()) && found.isNumber()) {
        return found.asDouble();
      }
    }
    throw new InputException(
        figures.toString(),
        "has no " + stated.metric() + " of " + stated.policy(),
        "delete the folder, then run again");
  }
}
