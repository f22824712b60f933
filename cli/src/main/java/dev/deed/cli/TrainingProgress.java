package dev.deed.cli;

import dev.deed.train.TrainingListener;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a training on stderr: a bar with the loss of every exit, examples a second and time left,
 * and a line for each look at the validation examples. Ctrl-C asks the training to stop after its
 * step and holds the JVM until the checkpoint is written.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  /** Longer than any checkpoint takes to be written. */
  private static final long PATIENCE_SECONDS = 60;

  private final boolean quiet;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "deed-interrupt");
  private volatile boolean interrupted;
  private @Nullable ProgressBar bar;

  TrainingProgress(boolean quiet) {
    this.quiet = quiet;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    interrupted = true;
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("deed: train: the checkpoint took too long; the one before is kept");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean interrupted() {
    return interrupted;
  }

  @Override
  public void note(String line) {
    if (!quiet) {
      System.err.println(line);
    }
  }

  @Override
  public boolean step(Step step) {
    if (!quiet) {
      ProgressBar shown = bar == null ? open(step) : bar;
      bar = shown;
      shown.stepTo(step.step());
      shown.setExtraMessage(
          String.format(
              Locale.ROOT,
              " loss %s, %.1f examples/s",
              exits(step.exitLosses(), "%.3f"),
              step.examplesPerSecond()));
    }
    return !interrupted;
  }

  private static ProgressBar open(Step step) {
    return new ProgressBarBuilder()
        .setTaskName("training")
        .setInitialMax(step.steps())
        .startsFrom(step.step(), Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(1000)
        .build();
  }

  @Override
  public void validated(Validation validation) {
    if (!quiet) {
      System.err.printf(
          Locale.ROOT,
          "%nstep %d: validation loss %.4f%s; exits: loss %s, exact %% %s%n",
          validation.step(),
          validation.loss(),
          validation.best() ? " (best)" : "",
          exits(validation.exitLosses(), "%.4f"),
          exits(validation.exact(), "%.1f"));
    }
  }

  private static String exits(List<Double> values, String format) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, format, value))
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    ended.countDown();
    if (!interrupted) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
