package dev.deed.evaluation.demo;

import dev.deed.Generation;
import dev.deed.data.InputLine;
import dev.deed.evaluation.EvaluationExample;
import java.util.List;

/**
 * What the model made of a sample.
 *
 * @param line the sample
 * @param example the same, ready to run
 * @param generation as it is shown: with early exits, or lossless ones
 * @param pieces the text that each token adds; token ids where the model has no tokenizer
 */
public record Answer(
    InputLine line, EvaluationExample example, Generation generation, List<String> pieces) {}
