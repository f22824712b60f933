package dev.deed;

/** Why an answer ended. */
public enum Finish {
  /** It emitted an end token. */
  EOS,
  /** It reached its length limit, or no token was possible. */
  LENGTH,
  /** Its listener or an interruption stopped it. */
  CANCELLED
}
