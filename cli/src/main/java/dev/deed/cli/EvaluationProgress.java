package dev.deed.cli;

import dev.deed.tasks.evaluation.EvaluationListener;

/** The progress of an evaluation on stderr. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
  private final CommonOptions options;
  private ProgressLine bar = ProgressLine.none();

  EvaluationProgress(CommonOptions options) {
    this.options = options;
  }

  @Override
  public void note(String line) {
    if (!options.quiet) {
      System.err.println(line);
    }
  }

  @Override
  public void warmingUp() {
    note("warming up ...");
  }

  @Override
  public void started(long steps) {
    bar = ProgressLine.of(options, "eval", steps);
  }

  @Override
  public void advanced() {
    bar.step();
  }

  @Override
  public void close() {
    bar.close();
  }
}
