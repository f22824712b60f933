package dev.deed.engine;

import dev.deed.engine.Work.Outcome;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.value.InputException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that read inputs. What takes long has threads of its own, so that what takes little time
 * finds one soon.
 */
final class PreprocessingWorkers {
  private final RequestEngine engine;
  private final ThreadPoolExecutor quick;
  private final ThreadPoolExecutor patient;

  /**
   * @param threads for what takes little time
   * @param longThreads for the rest
   */
  PreprocessingWorkers(RequestEngine engine, int threads, int longThreads) {
    this.engine = engine;
    this.quick = pool(threads, "deed-reader-");
    this.patient = pool(longThreads, "deed-patient-reader-");
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

  void read(Entry entry) {
    quickly(() -> read(entry, true));
  }

  private void read(Entry entry, boolean quickly) {
    if (!engine.isAwaited(entry)) {
      return;
    }
    long begin = System.nanoTime();
    try {
      EncoderInput input = entry.work.read(quickly);
      if (input == null) {
        patiently(() -> read(entry, false));
        return;
      }
      InputDigest key = engine.keepsOutputs() ? InputDigest.of(input) : null;
      engine.acceptInput(entry, input, key, System.nanoTime() - begin);
    } catch (InputException e) {
      engine.leave(entry, new Outcome.Refused(e));
    } catch (RuntimeException | Error e) {
      engine.leave(entry, new Outcome.Failed(e));
    }
  }

  /** Does what takes little time. */
  void quickly(Runnable task) {
    quick.execute(task);
  }

  /** Does what may take seconds, unless the engine is closed meanwhile, which ends all requests. */
  private synchronized void patiently(Runnable task) {
    if (!patient.isShutdown()) {
      patient.execute(task);
    }
  }

  synchronized void shutdown() {
    quick.shutdown();
    patient.shutdown();
  }
}
