package dev.deed.cli.training;

import dev.deed.cli.options.CommonOptions;
import dev.deed.cli.output.ProgressLine;
import dev.deed.train.TrainingListener;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Shows a training on stderr: a bar with the loss of every exit, examples a second and time left,
 * and a line for each look at the validation examples.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final CommonOptions options;
  private ProgressLine bar = ProgressLine.none();
  private boolean open;

  TrainingProgress(CommonOptions options) {
    this.options = options;
  }

  @Override
  public void reading(String file, int examples) {
    if (examples == 1) {
      bar = ProgressLine.of(options, "reading", -1);
    }
    bar.step();
  }

  @Override
  public void note(String line) {
    bar.close();
    bar = ProgressLine.none();
    options.note(line);
  }

  @Override
  public boolean step(Step step) {
    if (!open) {
      open = true;
      bar = ProgressLine.of(options, "training", step.steps(), step.step() - 1);
    }
    bar.message(
        String.format(
            Locale.ROOT,
            "%.0f examples/s, loss %s",
            step.examplesPerSecond(),
            exits(step.exitLosses(), "%.2f")));
    bar.to(step.step(), step.steps());
    return true;
  }

  @Override
  public void validated(Validation validation) {
    if (!options.quiet) {
      // The bar stands in the last line: its end is overwritten, and it is drawn again below.
      String clear = ProgressLine.wanted(options) ? "\r\u001b[K" : "";
      System.err.printf(
          Locale.ROOT,
          "%sstep %,d: validation loss %.4f%s; exits: loss %s, exact %% %s%n",
          clear,
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
    bar.close();
  }
}
