package dev.deed.server.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the system that make requests of long bodies. Requests run on virtual threads, which
 * share as many threads of the system as there are processors: a few that compute for long would
 * hold up all others. Safe for use from many threads.
 */
final class BodyWorkers implements AutoCloseable {
  /** Longest body, in bytes, that its own thread reads: within a few milliseconds. */
  private static final int SHORT = 1 << 16;

  private static final int MOST_THREADS = 4;
  private static final int MOST_WAITING = 64;
  private static final Duration MOST_WAIT = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ThreadPoolExecutor threads;

  BodyWorkers() {
    int count = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_THREADS);
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            MOST_WAIT.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("deed-body-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Does what is to be done with a body, and waits for it.
   *
   * @param bytes length of the body
   * @throws ApiException 503 when too many others wait, or this one waited too long
   * @throws IOException what the task throws, as are unchecked exceptions
   */
  <T> T work(int bytes, Callable<T> task) throws IOException, InterruptedException {
    if (bytes <= SHORT) {
      return result(task);
    }
    try {
      Future<T> future = threads.submit(task);
      try {
        return result(() -> future.get(MOST_WAIT.toSeconds(), TimeUnit.SECONDS));
      } finally {
        future.cancel(false);
      }
    } catch (RejectedExecutionException e) {
      throw overloaded();
    }
  }

  private static <T> T result(Callable<T> task) throws IOException, InterruptedException {
    try {
      return task.call();
    } catch (TimeoutException e) {
      throw overloaded();
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (Exception e) {
      throw thrown(e);
    }
  }

  /** Throws it on, unless it is nothing that a task may throw. */
  private static IllegalStateException thrown(@Nullable Throwable e)
      throws IOException, InterruptedException {
    switch (e) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case IOException io -> throw io;
      case InterruptedException interrupted -> throw interrupted;
      case null, default -> throw new IllegalStateException(e);
    }
  }

  private static ApiException overloaded() {
    return ApiException.unavailable("overloaded", "too many long bodies wait to be read", AGAIN);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
