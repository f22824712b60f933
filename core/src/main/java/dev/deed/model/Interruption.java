package dev.deed.model;

import java.util.concurrent.CancellationException;

/** Encoding can take minutes, so it asks now and then whether it is to stop. */
public final class Interruption {
  private Interruption() {}

  /**
   * @throws CancellationException when the thread is interrupted, which it stays
   */
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped: the input is not wholly encoded; run it again");
    }
  }
}
