package dev.deed.value;

/** Why an answer ended. Immutable. */
public enum Finish {
  /** The model emitted an end token. */
  EOS,
  /** The answer reached its length limit, or the settings left no token possible. */
  LENGTH,
  /** The text came to one of the stop strings. */
  STOP,
  /** The listener or an interruption of the thread stopped the answer. */
  CANCELLED
}
