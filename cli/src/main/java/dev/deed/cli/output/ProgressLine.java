package dev.deed.cli.output;

import java.time.Duration;
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
  private final @Nullable ProgressBar bar;

  private ProgressLine(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Whether there is a terminal to show it on, and it is wanted. */
  public static boolean wanted(OutputOptions options) {
    return !options.quiet && System.getProperty("deed.stderr.columns") != null;
  }

  /**
   * Shows progress where it is wanted.
   *
   * @param total how many steps there will be; below 0 when that is not known yet
   */
  public static ProgressLine of(OutputOptions options, String task, long total) {
    return of(options, task, total, 0);
  }

  /**
   * Shows progress of work that an earlier sitting began.
   *
   * @param done steps made then, which tell nothing of the time left
   */
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
    if (bar != null) {
      bar.close();
    }
  }
}
