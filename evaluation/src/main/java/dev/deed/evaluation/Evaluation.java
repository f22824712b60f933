package dev.deed.evaluation;

import java.util.List;

/**
 * What an evaluation found.
 *
 * @param rows models one after the other, policies in their order
 * @param runs what each row is made of, [rows][examples]; those that come to the same share theirs
 * @param spread of the times at full depth of the first model; see {@code DecodeCost}
 */
public record Evaluation(List<EvaluationRow> rows, List<List<Observation>> runs, double spread) {}
