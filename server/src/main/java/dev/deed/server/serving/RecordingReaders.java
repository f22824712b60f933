package dev.deed.server.serving;

import dev.deed.server.http.ApiException;
import dev.deed.speech.Recording;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of the system that decode recordings, which takes seconds for long ones. They are few, so
 * that little memory and a small part of the processors are taken. Safe for use from many threads.
 */
public final class RecordingReaders {
  private static final int SHARE_OF_PROCESSORS = 4;
  private static final int MOST_WAITING = 64;
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final ThreadPoolExecutor threads;

  /** Starts no thread yet. */
  public RecordingReaders() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / SHARE_OF_PROCESSORS);
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("deed-recording-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Has a recording read, and waits for it. An interruption of the thread that waits ends the
   * reading too.
   *
   * @throws ApiException 503 when too many others wait
   */
  public Recording read(Callable<Recording> reading) throws InterruptedException {
    Future<Recording> future;
    try {
      future = threads.submit(reading);
    } catch (RejectedExecutionException e) {
      throw ApiException.unavailable("overloaded", "too many recordings wait to be read", AGAIN);
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      future.cancel(true);
    }
  }
}
