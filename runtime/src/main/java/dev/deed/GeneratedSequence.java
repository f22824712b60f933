package dev.deed;

import dev.deed.decode.Finish;
import dev.deed.decode.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the answers that a model generated for an input.
 *
 * @param text without special tokens; null when the folder holds no tokenizer
 * @param steps one for each new token, the end token included
 * @param finish why it ended
 * @param score by which the answers of an input are ranked, best first; in beam search
 *     Transformers' {@code sequences_scores}, else the mean of {@link #logProbabilities}
 */
public record GeneratedSequence(
    @Nullable String text, List<StepResult> steps, Finish finish, double score) {
  public GeneratedSequence(
      @Nullable String text, List<StepResult> steps, Finish finish, double score) {
    this.text = text;
    this.steps = List.copyOf(steps);
    this.finish = finish;
    this.score = score;
  }

  /** New tokens only: without decoder start and prefix, with the end token when it was emitted. */
  public List<Integer> tokenIds() {
    return steps.stream().map(StepResult::token).toList();
  }

  /** The layer that emitted each token, from 1. */
  public List<Integer> exitLayers() {
    return steps.stream().map(StepResult::exitLayer).toList();
  }

  /** The policy's measure at the exit that emitted each token. */
  public List<Double> confidences() {
    return steps.stream().map(StepResult::confidence).toList();
  }

  /** Natural logarithm of each token's probability at its exit, before logits processors. */
  public List<Double> logProbabilities() {
    return steps.stream().map(StepResult::logProbability).toList();
  }
}
