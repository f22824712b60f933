package dev.deed.decode;

import dev.deed.value.Effort;
import dev.deed.value.Exit;
import dev.deed.value.Finish;
import java.util.List;

/**
 * One of the sequences found for an input.
 *
 * @param steps one for each new token, the end token included
 * @param finish why it ended
 * @param score by which the sequences of an input are ranked, best first: in beam search
 *     Transformers' {@code sequences_scores}, the sum of the token scores divided by the number of
 *     new tokens to the power of the length penalty; else the mean of the tokens' log-probabilities
 */
public record FoundSequence(List<StepResult> steps, Finish finish, double score) {
  public FoundSequence {
    steps = List.copyOf(steps);
  }

  /** A sequence that is ranked by the mean of its tokens' log-probabilities. */
  static FoundSequence ofChain(List<StepResult> steps, Finish finish) {
    return new FoundSequence(
        steps, finish, steps.stream().mapToDouble(StepResult::logProbability).average().orElse(0));
  }

  /** Its first {@code tokens} tokens, as if it had been stopped there. */
  public FoundSequence first(int tokens) {
    return ofChain(steps.subList(0, tokens), Finish.CANCELLED);
  }

  /** What its steps took, where it is the only sequence of its input. */
  public Effort effort() {
    return steps.stream()
        .map(StepResult::effort)
        .reduce(Effort.NONE, (whole, step) -> whole.plus(List.of(step)));
  }

  /** How many of its tokens took no layer, since no other was allowed. */
  public int forced() {
    return (int) steps.stream().filter(StepResult::forced).count();
  }

  /** For each token what was decoded and dropped before it. */
  public List<List<Exit>> dropped() {
    return steps.stream().map(StepResult::dropped).toList();
  }
}
