package dev.deed.evaluation.demo;

import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.data.InputLine;
import java.util.List;

/**
 * What the model made of a sample.
 *
 * @param line the sample
 * @param input of the model
 * @param generation as it is shown: with early exits, or lossless ones
 * @param pieces the text that each token adds; token ids where the model has no tokenizer
 */
public record Answer(InputLine line, Input input, Generation generation, List<String> pieces) {}
