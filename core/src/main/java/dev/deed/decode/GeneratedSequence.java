package dev.deed.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the answers to an input.
 *
 * @param steps one for each new token, the end token included
 * @param finish why it ended
 * @param score by which the answers of an input are ranked, best first: in beam search
 *     Transformers' {@code sequences_scores}, the sum of the token scores divided by the number of
 *     new tokens to the power of the length penalty; else the mean of {@link #logProbabilities}
 * @param text the tokens as text, without special tokens; null where no tokenizer read them
 */
public record GeneratedSequence(
    List<StepResult> steps, Finish finish, double score, @Nullable String text) {
  /** Written out: of a compact constructor, class files do not tell what may be null. */
  public GeneratedSequence(
      List<StepResult> steps, Finish finish, double score, @Nullable String text) {
    this.steps = List.copyOf(steps);
    this.finish = finish;
    this.score = score;
    this.text = text;
  }

  /** Without a text. */
  GeneratedSequence(List<StepResult> steps, Finish finish, double score) {
    this(steps, finish, score, null);
  }

  public GeneratedSequence withText(@Nullable String read) {
    return new GeneratedSequence(steps, finish, score, read);
  }

  /** New tokens only: without decoder start and prefix, with the end token when it was emitted. */
  public List<Integer> tokenIds() {
    return steps.stream().map(StepResult::token).toList();
  }

  /** The layer that emitted each token, from 1. */
  public List<Integer> exitLayers() {
    return steps.stream().map(StepResult::exitLayer).toList();
  }

  /** The rule's measure at the exit that emitted each token. */
  public List<Double> confidences() {
    return steps.stream().map(StepResult::confidence).toList();
  }

  /** Natural logarithm of each token's probability at its exit, before logits processors. */
  public List<Double> logProbabilities() {
    return steps.stream().map(StepResult::logProbability).toList();
  }
}
