package dev.deed;

import java.util.Locale;

/**
 * Which look-ups of the head ask an int8 copy of it first, and the head itself only where the copy
 * cannot tell. Tokens and exit layers are the same, in less time where the vocabulary is large.
 * Confidences and log-probabilities of what the copy answered are estimates, after the tokens that
 * settings ban.
 */
public enum Screening {
  /**
   * Drafts of lossless exits, of which nothing but the token and its exit counts, where the head is
   * held in fp32 or bf16 and has four million weights or more. Every number that an answer tells is
   * the head's own.
   */
  AUTO,
  /** Every look-up that a copy can answer, of a head of any size in fp32 or bf16. */
  ON,
  /** None. */
  OFF;

  /** {@return the name in options, such as {@code auto}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
