package dev.deed.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A persistent pool of threads that shares out the parts of one job at a time.
 *
 * <p>A decoder step consists of dozens of jobs of a few microseconds each, so handing every one of
 * them to a thread pool would cost more than it saves. Workers therefore watch for the next job for
 * a short, bounded time after the last one and only then park; a parked pool uses no processor
 * time. Parts are claimed one by one from a counter: a worker that wakes late finds nothing left
 * and delays nobody.
 *
 * <p>Safe for use from many threads: the pool serves one caller at a time, and a caller that finds
 * it busy does all parts itself. Callers must therefore divide work so that the result of a part
 * does not depend on who runs it or when.
 */
public final class ThreadPool implements AutoCloseable {
  /** Largest pool: beyond any machine, and few enough that starting them takes no time. */
  public static final int MOST_THREADS = 1024;

  /**
   * Parts that a large job is divided into, for each thread: a thread that the system holds up then
   * delays the others little.
   */
  public static final int PARTS_PER_THREAD = 4;

  /** The caller by itself, for work within a part of another pool's. */
  public static final ThreadPool ALONE = new ThreadPool(1);

  /** How long a worker, or a waiting caller, watches for news before it parks. */
  private static final long WATCH_NANOS = 40_000;

  /** Looks between two readings of the clock, which costs more than a look. */
  private static final int LOOKS_PER_READING = 64;

  private final List<Worker> workers = new ArrayList<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Job job;
  private volatile boolean closed;

  private ThreadPool(int threads) {
    for (int i = 1; i < threads; i++) {
      Worker worker = new Worker("deed-worker-" + i);
      workers.add(worker);
      worker.thread.start();
    }
  }

  /**
   * @param threads number of threads that work on a job, the caller's included; with 1 the caller
   *     works alone and no thread is started
   * @throws IllegalArgumentException if {@code threads} is not within 1…{@value #MOST_THREADS}
   */
  public static ThreadPool of(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "a pool has 1.." + MOST_THREADS + " threads, not " + threads);
    }
    return new ThreadPool(threads);
  }

  /** Number of threads that work on a job, the caller's included. */
  public int size() {
    return workers.size() + 1;
  }

  /**
   * Runs {@code task} for each part in {@code 0..parts-1} and returns when all are done. The caller
   * takes part. If the pool is busy with another caller, closed, of size 1, or there is one part
   * only, the caller runs all parts itself in ascending order.
   *
   * @throws RuntimeException the first exception that a part threw; parts not yet begun are then
   *     skipped (an {@link Error} likewise)
   */
  public void run(int parts, IntConsumer task) {
    if (parts <= 1 || workers.isEmpty() || closed || !busy.compareAndSet(false, true)) {
      for (int part = 0; part < parts; part++) {
        task.accept(part);
      }
      return;
    }
    Job shared = new Job(task, parts, Thread.currentThread());
    try {
      job = shared;
      int helpers = Math.min(workers.size(), parts - 1);
      for (int i = 0; i < helpers; i++) {
        workers.get(i).wake();
      }
      shared.work();
      shared.awaitEnd();
    } finally {
      job = null;
      busy.set(false);
    }
    shared.rethrow();
  }

  /**
   * Divides {@code count} things of equal work, such as rows, among the threads.
   *
   * @param least things that are worth handing over
   */
  public void share(int count, int least, RangeTask task) {
    int parts = Math.min(count / least, PARTS_PER_THREAD * size());
    if (size() == 1 || parts <= 1) {
      task.run(0, count);
      return;
    }
    run(parts, part -> task.run(bound(part, parts, count), bound(part + 1, parts, count)));
  }

  /** A job over things in a row that any thread of a pool may do in ranges. */
  @FunctionalInterface
  public interface RangeTask {
    /** Does the things {@code first…end−1}. */
    void run(int first, int end);
  }

  /** Where a part begins when {@code count} things are divided evenly. */
  public static int bound(int part, int parts, int count) {
    return (int) ((long) count * part / parts);
  }

  /** Ends the workers once they have finished the part at hand. Later jobs run in their callers. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
    }
  }

  /** One call of {@link #run}. */
  private static final class Job {
    private final IntConsumer task;
    private final int parts;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished;
    private volatile boolean callerParks;
    private volatile @Nullable Throwable failure;

    Job(IntConsumer task, int parts, Thread caller) {
      this.task = task;
      this.parts = parts;
      this.caller = caller;
      this.unfinished = new AtomicInteger(parts);
    }

    void work() {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          if (failure == null) {
            task.accept(part);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          if (unfinished.decrementAndGet() == 0 && callerParks) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    void awaitEnd() {
      long end = System.nanoTime() + WATCH_NANOS;
      boolean interrupted = false;
      for (int look = 1; unfinished.get() > 0; look++) {
        Thread.onSpinWait();
        if (look % LOOKS_PER_READING == 0 && System.nanoTime() > end) {
          callerParks = true;
          while (unfinished.get() > 0) {
            LockSupport.park(this);
            // A pending interrupt would make park return at once; it is handed on at the end.
            interrupted |= Thread.interrupted();
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void rethrow() {
      switch (failure) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }
  }

  private final class Worker implements Runnable {
    private final Thread thread;
    private volatile boolean parked;

    /** The job this worker has done its share of; null once that job is over. */
    private @Nullable Job last;

    Worker(String name) {
      thread = new Thread(this, name);
      thread.setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        Job news = awaitJob();
        if (news != null) {
          news.work();
          last = news;
        }
      }
    }

    /** The next job, or null if the pool was closed meanwhile. */
    private @Nullable Job awaitJob() {
      long end = System.nanoTime() + WATCH_NANOS;
      for (int look = 1; !closed; look++) {
        Job news = unseenJob();
        if (news != null) {
          return news;
        }
        Thread.onSpinWait();
        if (look % LOOKS_PER_READING == 0 && System.nanoTime() > end) {
          return park();
        }
      }
      return null;
    }

    private @Nullable Job unseenJob() {
      Job current = job;
      if (current == null) {
        // Lets go of what the finished job refers to.
        last = null;
      }
      return current == last ? null : current;
    }

    private @Nullable Job park() {
      parked = true;
      try {
        while (!closed) {
          // Read after `parked` is set: a caller that misses the flag has published its job before.
          Job news = unseenJob();
          if (news != null) {
            return news;
          }
          LockSupport.park(ThreadPool.this);
        }
        return null;
      } finally {
        parked = false;
      }
    }
  }
}
