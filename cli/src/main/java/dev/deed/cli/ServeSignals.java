package dev.deed.cli;

import dev.deed.checkpoint.ErrorLine;
import dev.deed.server.DeedServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * Signals to a server. The first that ends programs has it drain, the second ends it at once, a
 * hang-up opens the models again. A shutdown hook could not tell the first from the second, nor
 * choose the exit code.
 */
final class ServeSignals {
  private static final int EXIT_BY_SIGNAL = 128;

  private final DeedServer server;
  private final Thread opening;
  private final Consumer<String> log;
  private final CountDownLatch first = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger();
  private final ReentrantLock reloading = new ReentrantLock();

  /** Guarded by this. */
  private boolean opened;

  private ServeSignals(DeedServer server, Thread opening, Consumer<String> log) {
    this.server = server;
    this.opening = opening;
    this.log = log;
  }

  /**
   * Hears signals from now on.
   *
   * @param opening the thread that opens the models, which the first signal interrupts
   */
  static ServeSignals install(DeedServer server, Thread opening, Consumer<String> log) {
    ServeSignals signals = new ServeSignals(server, opening, log);
    Signal.handle(new Signal("TERM"), signals::end);
    Signal.handle(new Signal("INT"), signals::end);
    if (!System.getProperty("os.name").startsWith("Windows")) {
      Signal.handle(new Signal("HUP"), _ -> signals.reload());
    }
    return signals;
  }

  private void end(Signal signal) {
    code.set(EXIT_BY_SIGNAL + signal.getNumber());
    if (first.getCount() == 0) {
      server.endNow();
    }
    first.countDown();
    synchronized (this) {
      if (!opened) {
        opening.interrupt();
      }
    }
  }

  /** The models are open: from now on a signal interrupts nobody. */
  synchronized void opened() {
    opened = true;
    // One that came just before: await() hears of it all the same.
    Thread.interrupted();
  }

  /** Runs on the signal's own thread; one at a time. */
  private void reload() {
    reloading.lock();
    try {
      server.open();
      log.accept("models opened again");
    } catch (RuntimeException | Error e) {
      log.accept("models not opened again, the earlier ones stay: " + ErrorLine.of(e));
    } finally {
      reloading.unlock();
    }
  }

  /** Waits for the first signal that ends programs. */
  void await() throws InterruptedException {
    first.await();
  }

  /** What a shell calls the end by the last signal. */
  int code() {
    return code.get();
  }
}
