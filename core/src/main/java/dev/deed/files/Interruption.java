package dev.deed.files;

import java.util.concurrent.CancellationException;

/**
 * The way in which long work is stopped: it looks now and then whether it is to end. Most work
 * looks at its thread ({@link #check(String)}); that which another thread waits for is told by that
 * one. May be asked from any thread; quick.
 */
@FunctionalInterface
public interface Interruption {
  /** What is left of work that leaves nothing half-done. */
  String NOTHING_WRITTEN = "nothing was written; run it again";

  /** The work goes on to its end. */
  Interruption NEVER = () -> false;

  /** The work ends when its thread is interrupted. */
  Interruption OF_THREAD = () -> Thread.currentThread().isInterrupted();

  /** Whether nobody wants the result any more; once true, it stays so. */
  boolean isRequested();

  /**
   * To be called between steps, often enough that work ends within a second.
   *
   * @throws CancellationException when nobody wants the result any more
   */
  default void check() {
    if (isRequested()) {
      throw new CancellationException("stopped: nobody waits for the result");
    }
  }

  /**
   * The same for work that ends when its thread is interrupted, which the thread stays.
   *
   * @param left what is left of the work, and what to do
   * @throws CancellationException when the thread is interrupted
   */
  static void check(String left) {
    if (OF_THREAD.isRequested()) {
      throw new CancellationException("stopped: " + left);
    }
  }

  /**
   * {@return the end of work that was interrupted while it waited; the thread stays interrupted}
   *
   * @param left what is left of the work, and what to do
   */
  static CancellationException stopped(InterruptedException cause, String left) {
    Thread.currentThread().interrupt();
    CancellationException stopped = new CancellationException("stopped: " + left);
    stopped.initCause(cause);
    return stopped;
  }
}
