package dev.deed.lab.rendering;

import dev.deed.files.Interruption;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Draws on a thread of its own. The JDK's fonts clear the interruption of a thread that reads them,
 * so that whoever draws on the thread of a command could not be stopped. Belongs to one thread.
 */
public final class DrawingThread implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("deed-drawing").factory());

  /**
   * What a drawing returns.
   *
   * @throws CancellationException when the calling thread was interrupted, which it stays
   */
  public <T extends @Nullable Object> T run(Callable<T> drawing) {
    try {
      return thread.submit(drawing).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("stopped: " + Interruption.NOTHING_WRITTEN);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException own -> throw own;
        case Error own -> throw own;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Ends the thread after what it draws. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
