package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.function.Function;

/**
 * Edits by length of the reference, in per cent: {@code cer} over characters (code points), {@code
 * cer_caseless} over those of the texts in capitals, for references that do not tell the case,
 * {@code wer} over words separated by white space. Of several references the one with the lowest
 * rate counts.
 *
 * <p>Statistics: edits, length of the reference.
 */
public record ErrorRate(String name, Function<String, List<?>> splitter) implements Metric {
  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    List<Object> made = List.copyOf(splitter.apply(hypothesis));
    double[] best = {};
    double bestRate = Double.POSITIVE_INFINITY;
    for (String reference : references) {
      List<Object> expected = List.copyOf(splitter.apply(reference));
      int edits = EditDistance.between(made, expected);
      double rate = (double) edits / Math.max(1, expected.size());
      if (rate < bestRate) {
        best = new double[] {edits, expected.size()};
        bestRate = rate;
      }
    }
    return best;
  }

  /** Of an empty reference alone, every edit counts as one error in one. */
  @Override
  public double value(double[] sum) {
    return 100 * sum[0] / Math.max(1, sum[1]);
  }
}
