package dev.deed.cli;

import dev.deed.files.ErrorLine;
import dev.deed.server.DeedServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Signals to a server. The first that ends programs has it drain, the second ends it at once, a
 * hang-up reads the keys and opens the models again. A shutdown hook could not tell the first from
 * the second, nor choose the exit code. {@code sun.misc.Signal} is not imported: javadoc warns of
 * the import, and a release stops at a warning.
 */
final class ServeSignals {
  private static final int EXIT_BY_SIGNAL = 128;

  private final Consumer<String> log;

  /** Null where there are no key files. */
  private final @Nullable Consumer<DeedServer> keys;

  private final CountDownLatch first = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger();

  /** Guarded by this, as the next; null while the port is being bound. */
  private @Nullable DeedServer server;

  /** Null but while the models are being opened. */
  private @Nullable Thread opening;

  /** Handles no signal; see {@link #install}. */
  ServeSignals(Consumer<String> log, @Nullable Consumer<DeedServer> keys) {
    this.log = log;
    this.keys = keys;
  }

  /**
   * Handles signals.
   *
   * @param keys reads the key files again; null: there are none
   */
  static ServeSignals install(Consumer<String> log, @Nullable Consumer<DeedServer> keys) {
    ServeSignals signals = new ServeSignals(log, keys);
    handle("TERM", signals::end);
    handle("INT", signals::end);
    if (!System.getProperty("os.name").startsWith("Windows")) {
      handle("HUP", _ -> signals.reload());
    }
    return signals;
  }

  private static void handle(String name, IntConsumer action) {
    sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> action.accept(signal.getNumber()));
  }

  private synchronized void end(int number) {
    code.set(EXIT_BY_SIGNAL + number);
    if (first.getCount() == 0 && server != null) {
      server.endNow();
    }
    first.countDown();
    if (opening != null) {
      opening.interrupt();
    }
  }

  /**
   * The port is bound, and the models are about to be opened.
   *
   * @param thread that opens them; a signal that ends programs interrupts it
   * @return false where such a signal came already
   */
  synchronized boolean opening(DeedServer bound, Thread thread) {
    boolean goesOn = first.getCount() > 0;
    server = bound;
    opening = goesOn ? thread : null;
    return goesOn;
  }

  /** The models are open: from now on a signal interrupts nobody. */
  synchronized void opened() {
    opening = null;
    // One that came just before: await() returns all the same.
    Thread.interrupted();
  }

  /** The server, once its models are open; null before. */
  private synchronized @Nullable DeedServer reloadable() {
    return opening == null ? server : null;
  }

  /** Runs on the signal's own thread; one at a time. */
  void reload() {
    DeedServer running = reloadable();
    if (running == null) {
      // Its models are yet to be opened, or are being opened now.
      return;
    }
    if (keys != null) {
      again("keys", "read", () -> keys.accept(running));
    }
    again("models", "opened", running::open);
  }

  private void again(String what, String done, Runnable action) {
    try {
      action.run();
      log.accept(what + " " + done + " again");
    } catch (RuntimeException | Error e) {
      log.accept(
          "%s not %s again, the earlier ones stay: %s".formatted(what, done, ErrorLine.of(e)));
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
