package dev.deed.files;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, part by part; closes it in reverse. Not thread-safe. */
public final class OpenParts implements AutoCloseable {
  private final Deque<Runnable> closers = new ArrayDeque<>();

  /** Notes how the part that was opened last is closed. */
  public void add(Runnable closer) {
    closers.push(closer);
  }

  /** Closes every part, even when one fails to; a second time does nothing. */
  @Override
  public void close() {
    Runnable closer = closers.poll();
    if (closer != null) {
      try {
        closer.run();
      } finally {
        close();
      }
    }
  }
}
