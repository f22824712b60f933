package dev.deed.cli;

import dev.deed.evaluation.EvaluationListener;

/** The progress of an evaluation on stderr. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
  private final CommonOptions options;
  private final String name;
  private ProgressLine bar = ProgressLine.none();

  EvaluationProgress(CommonOptions options, String name) {
    this.options = options;
    this.name = name;
  }

  @Override
  public void note(String line) {
    options.note(line);
  }

  @Override
  public void warmingUp() {
    note("warming up ...");
  }

  @Override
  public void started(long steps) {
    bar.close();
    bar = ProgressLine.of(options, name, steps);
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
