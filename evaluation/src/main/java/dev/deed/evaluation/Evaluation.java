package dev.deed.evaluation;

import dev.deed.evaluation.cost.Economics;
import java.util.List;

/**
 * What an evaluation found.
 *
 * @param rows models one after the other, policies in their order
 * @param economics what decoding costs the first model, part by part
 */
public record Evaluation(List<EvaluationRow> rows, Economics economics) {}
