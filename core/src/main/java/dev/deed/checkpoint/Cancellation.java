package dev.deed.checkpoint;

import java.util.concurrent.CancellationException;

/**
 * Whether a result is still wanted. Long work asks between its steps, often enough that it ends
 * within a second. May be asked from any thread; quick.
 */
@FunctionalInterface
public interface Cancellation {
  /** The work goes on to its end. */
  Cancellation NEVER = () -> false;

  /** The work ends when its thread is interrupted. */
  Cancellation BY_INTERRUPTION = () -> Thread.currentThread().isInterrupted();

  /** Whether nobody wants the result any more; once true, it stays so. */
  boolean isRequested();

  /**
   * To be called between steps.
   *
   * @throws CancellationException when nobody wants the result any more
   */
  default void check() {
    if (isRequested()) {
      throw new CancellationException("stopped: nobody waits for the result");
    }
  }
}
