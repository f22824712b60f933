package dev.deed.evaluation.metrics;

import java.util.List;

/** Share of texts that equal an accepted one, character for character; in per cent. */
public record ExactMatch() implements Metric {
  @Override
  public String name() {
    return "exact";
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    return Mean.of(references.contains(hypothesis) ? 1 : 0);
  }
}
