package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.cost.Observation;
import java.util.List;

/**
 * What a setting and full depth made of the same examples.
 *
 * @param examples in the order in which they were dealt
 * @param run the setting's answers, [examples]
 * @param full full depth's answers, [examples]
 */
public record Answers(
    List<EvaluationExample> examples, List<Observation> run, List<Observation> full) {}
