package dev.deed.decode;

import java.util.List;

/**
 * A decoded sequence.
 *
 * @param steps one for each new token
 * @param finish why it ended
 * @param score by which the sequences of an input are ranked: in beam search the sum of the token
 *     scores, divided by the number of new tokens to the power of the length penalty; else the mean
 *     of the tokens' log-probabilities before logits processors
 */
public record FoundSequence(List<StepResult> steps, Finish finish, double score) {
  public FoundSequence {
    steps = List.copyOf(steps);
  }
}
