package dev.deed.checkpoint;

import java.util.concurrent.CancellationException;

/** The way in which long work is stopped: its thread is interrupted, and it looks now and then. */
public final class Interruption {
  /** What is left of work that leaves nothing half-done. */
  public static final String NOTHING_WRITTEN = "nothing was written; run it again";

  private Interruption() {}

  /**
   * To be called between steps.
   *
   * @param left what is left of the work, and what to do
   * @throws CancellationException when the thread is interrupted, which it stays
   */
  public static void check(String left) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped: " + left);
    }
  }
}
