package dev.deed.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells on stderr where a job is: by a bar on a terminal, else by a line every now and then, also
 * while a long batch is decoded.
 */
public final class JobProgress implements AutoCloseable {
  private final JobTotals totals;
  private final long total;
  private final ProgressLine bar;
  private @Nullable LogClock clock;

  private JobProgress(JobTotals totals, long total, ProgressLine bar) {
    this.totals = totals;
    this.total = total;
    this.bar = bar;
  }

  /**
   * The progress of a job that begins now.
   *
   * @param total lines of the job, those of an earlier one included; below 0 when that is not known
   * @param linesOnTerminal whether the result lines go to the terminal: there they are the progress
   */
  static JobProgress of(
      OutputOptions options, JobTotals totals, long total, boolean linesOnTerminal) {
    if (ProgressLine.wanted(options)) {
      long done = totals.figures().lines();
      return new JobProgress(
          totals,
          total,
          linesOnTerminal
              ? ProgressLine.none()
              : ProgressLine.of(options, "lines", Math.max(total, -1), done));
    }
    return options.quiet
        ? new JobProgress(totals, total, ProgressLine.none())
        : logging(totals, total, LogClock.EVERY, System.err);
  }

  /** Writes a line to {@code log} every so often. */
  public static JobProgress logging(JobTotals totals, long total, Duration every, PrintStream log) {
    JobProgress progress = new JobProgress(totals, total, ProgressLine.none());
    progress.clock = LogClock.start(progress::line, every, log);
    return progress;
  }

  public void step() {
    JobTotals.Figures figures = totals.figures();
    bar.message(speed(figures));
    bar.step();
  }

  /** {@code 120 of 600 lines, 1 failed, 2,134 tokens/s, 3 min 20 s left}. */
  private String line() {
    JobTotals.Figures figures = totals.figures();
    String of = total < 0 ? "" : " of " + total;
    String left =
        total < 0 || figures.written() == 0
            ? ""
            : ", "
                + LogClock.inWords((long) ((total - figures.lines()) / figures.linesPerSecond()))
                + " left";
    return figures.lines() + of + " lines, " + speed(figures) + left;
  }

  private static String speed(JobTotals.Figures figures) {
    return String.format(
        Locale.ROOT, "%d failed, %,.0f tokens/s", figures.failed(), figures.tokensPerSecond());
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
    }
    bar.close();
  }
}
