package dev.deed.cli.output;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells every so often where a work is, also while nothing comes of it. */
record LogClock(ScheduledExecutorService clock) implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(15);

  /** Begins; the action runs on a thread of its own. */
  static LogClock start(Duration every, Runnable action) {
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("deed-progress").factory());
    clock.scheduleAtFixedRate(action, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return new LogClock(clock);
  }

  /** {@code 3 min 20 s}. */
  static String inWords(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  @Override
  public void close() {
    clock.shutdownNow();
    // A line that is being written comes before what the command says next.
    clock.close();
  }
}
