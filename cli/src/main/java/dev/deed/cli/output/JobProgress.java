package dev.deed.cli.output;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * Where a job is.
 *
 * @param total lines of the job, those of an earlier one included; below 0 when that is not known
 * @param noun what its lines are
 * @param within what is told of the lines at hand; empty for nothing
 */
public record JobProgress(JobTotals totals, long total, String noun, Supplier<String> within) {
  /** Shows it also within a long batch, unless results are {@code shown} on the terminal. */
  ProgressLine show(OutputOptions options, boolean shown) {
    long done = totals.figures().lines();
    return ProgressLine.telling(options, noun, Math.max(total, -1), done, shown, this::line)
        .withMessage(() -> speed(totals.figures()));
  }

  /** {@code 120 of 600 lines, 1 failed, 2,134 tokens/s, 3 min 20 s left}. */
  public String line() {
    JobTotals.Figures figures = totals.figures();
    String of = total < 0 ? "" : " of " + total;
    double seconds = (total - figures.lines()) / figures.linesPerSecond();
    String left =
        total < 0 || figures.written() == 0
            ? ""
            : ", " + ProgressLine.inWords((long) seconds) + " left";
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
}
