package dev.deed.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells on stderr where a job is: by a bar on a terminal, else by a line every now and then, also
 * while a long batch is decoded.
 */
public final class JobProgress implements AutoCloseable {
  private static final Duration REFRESH = Duration.ofSeconds(1);

  private final JobTotals totals;
  private final String noun;
  private final long total;
  private final Supplier<String> within;
  private ProgressLine bar = ProgressLine.none();
  private @Nullable LogClock clock;

  private JobProgress(JobTotals totals, JobInput input, Supplier<String> within) {
    this.totals = totals;
    this.noun = input.noun();
    this.total = input.count().getAsLong();
    this.within = within;
  }

  /**
   * The progress of a job that begins now.
   *
   * @param within what is told of the lines at hand; empty for nothing
   * @param linesOnTerminal whether the result lines go to the terminal: there they are the progress
   */
  static JobProgress of(
      OutputOptions options,
      JobTotals totals,
      JobInput input,
      Supplier<String> within,
      boolean linesOnTerminal) {
    if (!options.quiet && !ProgressLine.wanted(options)) {
      return logging(totals, input, within, LogClock.EVERY, System.err);
    }
    JobProgress progress = new JobProgress(totals, input, within);
    if (!options.quiet && !linesOnTerminal) {
      long done = totals.figures().lines();
      ProgressLine bar =
          ProgressLine.of(options, progress.noun, Math.max(progress.total, -1), done);
      progress.bar = bar;
      progress.clock = LogClock.start(REFRESH, () -> bar.message(progress.speed(totals.figures())));
    }
    return progress;
  }

  /** Writes a line to {@code log} every so often. */
  public static JobProgress logging(
      JobTotals totals, JobInput input, Supplier<String> within, Duration every, PrintStream log) {
    JobProgress progress = new JobProgress(totals, input, within);
    progress.clock = LogClock.start(every, () -> log.println("deed: " + progress.line()));
    return progress;
  }

  public void step() {
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
    return figures.lines() + of + " " + noun + ", " + speed(figures) + left;
  }

  private String speed(JobTotals.Figures figures) {
    String more = within.get();
    return String.format(
        Locale.ROOT,
        "%d failed, %,.0f tokens/s%s",
        figures.failed(),
        figures.tokensPerSecond(),
        more.isEmpty() ? "" : ", " + more);
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
    }
    bar.close();
  }
}
