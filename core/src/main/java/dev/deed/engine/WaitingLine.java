package dev.deed.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Callers that wait for a place in the engine: they get it in the order in which they came. */
final class WaitingLine {
  private final RequestEngine engine;

  /** The first one holds it. */
  private final ReentrantLock first = new ReentrantLock(true);

  /** Whether the first one waits. Guarded by the engine's lock. */
  private boolean awaited;

  WaitingLine(RequestEngine engine) {
    this.engine = engine;
  }

  /** Whether nobody waits. Under the engine's lock. */
  boolean isEmpty() {
    return !awaited;
  }

  /** See {@link RequestEngine#offer}. */
  RequestEngine.@Nullable Handle offer(Work work, Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(patience);
    if (!first.tryLock(nanos, TimeUnit.NANOSECONDS)) {
      return null;
    }
    try {
      return await(work, begin, nanos);
    } finally {
      first.unlock();
    }
  }

  private RequestEngine.@Nullable Handle await(Work work, long begin, long nanos)
      throws InterruptedException {
    synchronized (engine) {
      try {
        RequestEngine.Handle handle = engine.take(work, true, false);
        while (handle == null && !engine.isClosed()) {
          long left = nanos - (System.nanoTime() - begin);
          if (left <= 0) {
            return null;
          }
          awaited = true;
          TimeUnit.NANOSECONDS.timedWait(engine, left);
          handle = engine.take(work, true, false);
        }
        return handle;
      } finally {
        awaited = false;
      }
    }
  }
}
