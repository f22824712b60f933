package dev.deed.evaluation;

/** Hears how an evaluation goes on. Called by the thread that evaluates. */
public interface EvaluationListener {
  /** Something that the user should know; one line. */
  void note(String line);

  /** Untimed runs begin. */
  void warmingUp();

  /**
   * Timed runs begin.
   *
   * @param steps how many there will be
   */
  void started(long steps);

  /** One timed run is done. */
  void advanced();
}
