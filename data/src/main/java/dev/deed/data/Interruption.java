package dev.deed.data;

import java.util.concurrent.CancellationException;

/** The way in which work that leaves nothing half-done is stopped: its thread is interrupted. */
public final class Interruption {
  private Interruption() {}

  /**
   * To be called between steps.
   *
   * @throws CancellationException when the thread was interrupted
   */
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped: nothing was written; run it again");
    }
  }
}
