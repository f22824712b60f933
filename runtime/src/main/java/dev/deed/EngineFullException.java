package dev.deed;

import java.time.Duration;

/**
 * An engine refuses a request: all its places are taken, or it is closed. Nothing of the request
 * was read.
 */
public final class EngineFullException extends RuntimeException {
  /** What is full, or over. */
  private final Reason reason;

  /** From now on. */
  private final Duration retryAfter;

  EngineFullException(Reason reason, Duration retryAfter) {
    super(
        switch (reason) {
          case WAITING -> "engine: all rows and waiting places are taken; try again later";
          case CLOSED -> "engine: is closed; open another one";
        });
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** Why a request is refused. */
  public enum Reason {
    /** All rows, or the memory, are in use, and all waiting places are taken. */
    WAITING,
    /** The engine is closed. */
    CLOSED
  }

  /** {@return why the request is refused} */
  public Reason reason() {
    return reason;
  }

  /**
   * {@return when all that wait will have been answered, at the pace of the last answers} Whole
   * seconds, 1…120. It is a guess.
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
