package dev.deed.engine;

import dev.deed.files.Interruption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the system for one kind of work beside engines. Callers may be virtual threads, which
 * share as many threads of the system as there are processors: a few that compute for long would
 * hold up all others. Those that wait are as many as callers. Safe for use from many threads.
 */
public final class SideThreads {
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  /** Starts no thread yet. Any number of tasks may wait. */
  public SideThreads(SideWork kind) {
    this(kind, Integer.MAX_VALUE);
  }

  /**
   * Starts no thread yet.
   *
   * @param mostWaiting tasks; those beyond are refused by a {@link
   *     java.util.concurrent.RejectedExecutionException}
   */
  public SideThreads(SideWork kind, int mostWaiting) {
    int count = kind.threads();
    String name = "deed-" + kind.name().toLowerCase(Locale.ROOT) + "-";
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(mostWaiting),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Has a task done, which nobody waits for. */
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /**
   * What a task gives.
   *
   * @param task throws no checked exception
   * @throws CancellationException when the thread is interrupted, as the task's is then
   */
  public <T> T run(Callable<T> task) {
    return run(task, null);
  }

  /**
   * The same, until a deadline.
   *
   * @param deadline from now on, at which the task is interrupted; null: none
   * @throws CancellationException when the thread is interrupted, as the task's is then
   * @throws CompletionException of a {@link TimeoutException} when the deadline has passed
   */
  public <T> T run(Callable<T> task, @Nullable Duration deadline) {
    try {
      return await(task, deadline);
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "ask again");
    }
  }

  /**
   * The same, for callers that end where they are interrupted.
   *
   * @throws InterruptedException when the thread is interrupted, as the task's is then
   */
  public <T> T await(Callable<T> task, @Nullable Duration deadline) throws InterruptedException {
    Future<T> future = threads.submit(task);
    try {
      return get(future, deadline);
    } finally {
      future.cancel(true);
    }
  }

  /**
   * What another thread computes; what it throws is thrown here, as an {@link
   * IllegalStateException} of it where it is checked.
   *
   * @param patience from now on; null: any
   * @throws CompletionException of a {@link TimeoutException} when it takes longer
   * @throws InterruptedException when the thread is interrupted
   */
  public static <T> T get(Future<T> future, @Nullable Duration patience)
      throws InterruptedException {
    try {
      return patience == null ? future.get() : future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CompletionException(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Ends its threads; tasks that wait are dropped. */
  public void close() {
    threads.shutdownNow();
  }
}
