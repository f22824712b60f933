package dev.deed.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Progress with the time left, on stderr where that is a terminal. The launcher says so: the JVM
 * cannot tell of stderr.
 */
public final class ProgressLine implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(15);

  private final @Nullable ProgressBar bar;
  private @Nullable ScheduledExecutorService clock;

  private ProgressLine(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Whether there is a terminal to show it on, and it is wanted. */
  public static boolean wanted(OutputOptions options) {
    return !options.quiet && System.getProperty("deed.stderr.columns") != null;
  }

  /** Shows progress where it is wanted; a total below 0 is not known yet. */
  public static ProgressLine of(OutputOptions options, String task, long total) {
    return of(options, task, total, 0);
  }

  /** The same after {@code done} steps of an earlier sitting, which tell nothing of the pace. */
  public static ProgressLine of(OutputOptions options, String task, long total, long done) {
    if (!wanted(options)) {
      return none();
    }
    return new ProgressLine(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns() - 1))
            .build());
  }

  public static ProgressLine none() {
    return new ProgressLine(null);
  }

  /**
   * Tells where a work is, also while nothing comes of it: on a terminal by a bar, else by a line
   * now and then.
   *
   * @param shown whether the results appear on the terminal: there they are the progress
   * @param line is asked on a thread of its own
   */
  public static ProgressLine telling(
      OutputOptions options,
      String task,
      long total,
      long done,
      boolean shown,
      Supplier<String> line) {
    if (!options.quiet && !wanted(options)) {
      return logging(line, EVERY, System.err);
    }
    return shown ? none() : of(options, task, total, done);
  }

  /** Writes a line to {@code log} every so often. */
  public static ProgressLine logging(Supplier<String> line, Duration every, PrintStream log) {
    ProgressLine progress = none();
    progress.repeat(every, () -> log.println("deed: " + line.get()));
    return progress;
  }

  /** Does something every so often, on a thread of its own, until this is closed. */
  private void repeat(Duration every, Runnable action) {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("deed-progress").factory());
    clock.scheduleAtFixedRate(action, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Further figures behind the bar, asked for every second. */
  ProgressLine withMessage(Supplier<String> text) {
    if (bar != null) {
      repeat(Duration.ofSeconds(1), () -> message(text.get()));
    }
    return this;
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

  public void step() {
    if (bar != null) {
      bar.step();
    }
  }

  /** Further figures behind the bar. */
  public void message(String text) {
    if (bar != null) {
      bar.setExtraMessage(" " + text);
    }
  }

  public void to(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.shutdownNow();
      // A line that is being written comes before what the command says next.
      clock.close();
    }
    if (bar != null) {
      bar.close();
    }
  }
}
