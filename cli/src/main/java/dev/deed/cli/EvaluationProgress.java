package dev.deed.cli;

import dev.deed.tasks.evaluation.EvaluationListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an evaluation on stderr: a bar with the time left, in logs a line now and then.
 */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
  private static final int TERMINAL_MILLIS = 250;
  private static final int LOG_MILLIS = 10_000;
  private static final int LOG_WIDTH = 80;

  private final boolean quiet;
  private @Nullable ProgressBar bar;
  private String logged = "";

  EvaluationProgress(boolean quiet) {
    this.quiet = quiet;
  }

  @Override
  public void note(String line) {
    if (!quiet) {
      System.err.println(line);
    }
  }

  @Override
  public void warmingUp() {
    note("warming up ...");
  }

  @Override
  public void started(long steps) {
    if (quiet) {
      return;
    }
    boolean terminal = System.console() != null && System.console().isTerminal();
    bar =
        new ProgressBarBuilder()
            .setTaskName("eval")
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
            .setConsumer(
                terminal
                    ? new ConsoleProgressBarConsumer(System.err)
                    : new DelegatingProgressBarConsumer(this::log, LOG_WIDTH))
            .build();
  }

  @Override
  public void advanced() {
    if (bar != null) {
      bar.step();
    }
  }

  /** The bar states its end twice; a log shows it once. */
  private void log(String line) {
    if (!line.equals(logged)) {
      System.err.println(line);
      logged = line;
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
