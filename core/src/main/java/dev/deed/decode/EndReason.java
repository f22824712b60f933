package dev.deed.decode;

/** Why a sequence ended. */
public enum EndReason {
  /** It emitted an end token. */
  EOS,
  /** It reached its length limit, or no token was possible. */
  LENGTH,
  /** Its listener or an interruption stopped it. */
  CANCELLED
}
