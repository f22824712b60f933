package dev.deed.server.http;

import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
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

  private final SideThreads threads = new SideThreads(SideWork.BODIES, MOST_WAITING);

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
    try {
      return threads.await(task::get, MOST_WAIT);
    } catch (RejectedExecutionException e) {
      throw overloaded();
    } catch (CompletionException e) {
      throw e.getCause() instanceof TimeoutException ? overloaded() : e;
    }
  }

  private static ApiException overloaded() {
    return ApiException.unavailable("overloaded", "too many long bodies wait to be read", AGAIN);
  }

  @Override
  public void close() {
    threads.close();
  }
}
