package dev.deed.server.http;

import dev.deed.engine.SideWork;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Threads of the system that make requests of long bodies. Requests run on virtual threads, which
 * share as many threads of the system as there are processors: a few that compute for long would
 * hold up all others. Safe for use from many threads.
 */
final class BodyWorkers implements AutoCloseable {
  /** Longest body, in bytes, that its own thread reads: within a few milliseconds. */
  private static final int SHORT = 1 << 16;

  private static final int MOST_WAITING = 64;
  private static final Duration MOST_WAIT = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ThreadPoolExecutor threads;

  BodyWorkers() {
    int count = SideWork.BODIES.threads();
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
   */
  <T> T work(int bytes, Supplier<T> task) throws InterruptedException {
    if (bytes <= SHORT) {
      return task.get();
    }
    Future<T> future;
    try {
      future = threads.submit(task::get);
    } catch (RejectedExecutionException e) {
      throw overloaded();
    }
    try {
      return future.get(MOST_WAIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw overloaded();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      future.cancel(false);
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
