package dev.deed.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that read inputs. What takes long has threads of its own, as many, so that what takes
 * little time finds one soon.
 */
final class Readers {
  private final ThreadPoolExecutor quick;
  private final ThreadPoolExecutor patient;

  Readers(int threads) {
    this.quick = pool(threads, "deed-reader-");
    this.patient = pool(threads, "deed-patient-reader-");
  }

  private static ThreadPoolExecutor pool(int threads, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name, 1).factory());
    // A thread that cannot be started fails the engine's start, and no request.
    pool.prestartAllCoreThreads();
    return pool;
  }

  /** Does what takes little time. */
  void quickly(Runnable task) {
    quick.execute(task);
  }

  /** Does what may take seconds. */
  void patiently(Runnable task) {
    patient.execute(task);
  }

  /** Takes nothing more. */
  void shutdown() {
    quick.shutdown();
    patient.shutdown();
  }
}
