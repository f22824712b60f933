package dev.deed.cli;

import dev.deed.files.Unfinished;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Ctrl-C and the signal of {@code kill}: the thread of the command is interrupted and given time to
 * keep what is whole and remove what is not, before the JVM ends with the signal's own exit code.
 */
final class CleanStop {
  private static final long MOST_SECONDS = 30;

  private CleanStop() {}

  /** Runs a command on this thread. */
  static int run(IntSupplier command) {
    Thread thread = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              thread.interrupt();
              await(ended);
            },
            "deed-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    int code;
    try {
      code = command.getAsInt();
    } finally {
      ended.countDown();
    }
    remove(hook);
    return code;
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        List<Path> left = Unfinished.settle();
        Notes.print(
            "deed: stop: the command did not end within %d s and was cut off; %s"
                .formatted(
                    MOST_SECONDS,
                    left.isEmpty() ? "whole lines written so far were kept" : "remove " + left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending already; the hook has nothing to wait for any more.
    }
  }
}
