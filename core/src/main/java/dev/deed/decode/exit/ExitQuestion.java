package dev.deed.decode.exit;

import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;

/**
 * What a step asks of the exits: the token that follows a sequence.
 *
 * @param rule when to stop
 * @param scoring how the scores of the token come about
 * @param greedy whether the token of the largest score is all that is wanted
 * @param alternatives how many of the most probable tokens to tell of where it stops; 0: none
 * @param estimates where probabilities may be estimates, since nothing but the token and its exit
 *     counts
 */
public record ExitQuestion(
    ExitRule rule, Scoring scoring, boolean greedy, int alternatives, Estimates estimates) {
  /** Layers at which probabilities may be estimates. */
  public enum Estimates {
    NOWHERE,
    /** Below the last layer of the rule: those of a draft. */
    BELOW_LAST,
    EVERYWHERE
  }

  public ExitQuestion about(TokenSequence tokens) {
    return new ExitQuestion(rule, scoring.with(tokens), greedy, alternatives, estimates);
  }
}
