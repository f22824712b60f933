package dev.deed.evaluation;

import dev.deed.files.Spelling;
import java.util.Comparator;
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
    return references.stream()
        .map(reference -> List.<Object>copyOf(splitter.apply(reference)))
        .map(expected -> new double[] {Spelling.changes(made, expected), expected.size()})
        .min(Comparator.comparingDouble(this::value))
        .orElseThrow();
  }

  /** Of an empty reference alone, every edit counts as one error in one. */
  @Override
  public double value(double[] sum) {
    return 100 * sum[0] / Math.max(1, sum[1]);
  }
}
