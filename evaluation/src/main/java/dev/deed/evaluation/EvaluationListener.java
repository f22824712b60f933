package dev.deed.evaluation;

/** Hears how an evaluation goes on. Called by the thread that evaluates. */
public interface EvaluationListener {
  /** Something that the user should know; one line. */
  default void note(String line) {}

  default void warmingUp() {}

  /** Timed runs of {@code steps} steps begin. */
  default void started(long steps) {}

  /** One timed run is done. */
  default void advanced() {}
}
