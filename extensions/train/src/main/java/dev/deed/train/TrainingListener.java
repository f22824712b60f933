package dev.deed.train;

import java.util.List;

/** Hears of a training's progress. Called by the training thread. */
public interface TrainingListener {
  /**
   * A step was made.
   *
   * @param step its number, from 1
   * @param steps all of them
   * @param loss what was minimised, before the step
   * @param exitLosses of each exit, in ascending order of layers
   * @param gradientNorm before clipping
   * @param examplesPerSecond since the start or the last look at the validation examples
   */
  record Step(
      long step,
      long steps,
      double loss,
      List<Double> exitLosses,
      double gradientNorm,
      double learningRate,
      double examplesPerSecond) {}

  /**
   * The validation examples were looked at, teacher-forced.
   *
   * @param loss what is minimised
   * @param exitLosses mean cross-entropy of each exit
   * @param exact per cent of the examples of which an exit gets every token right: what greedy
   *     decoding at that fixed depth reaches
   * @param best whether the loss is the smallest so far
   */
  record Validation(
      long step, double loss, List<Double> exitLosses, List<Double> exact, boolean best) {}

  default void reading(String file, int examples) {}

  /** Something to tell the user, in one line. */
  default void note(String line) {}

  /**
   * A step was made.
   *
   * @return false to stop; what was learnt is saved
   */
  default boolean step(Step step) {
    return true;
  }

  default void validated(Validation validation) {}
}
