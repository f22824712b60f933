package dev.deed.train;

/**
 * Linear warm-up, then half a cosine down to a share of the peak.
 *
 * @param peak largest learning rate, positive
 * @param warmUpSteps steps until it is reached, at least 0
 * @param totalSteps steps until the end, more than the warm-up
 * @param finalShare what is left of the peak at the end, 0…1
 */
public record LearningRateSchedule(
    double peak, long warmUpSteps, long totalSteps, double finalShare) {
  /**
   * @throws IllegalArgumentException when a value is out of range
   */
  public LearningRateSchedule {
    if (!(peak > 0 && Double.isFinite(peak))
        || warmUpSteps < 0
        || totalSteps <= warmUpSteps
        || !(finalShare >= 0 && finalShare <= 1)) {
      throw new IllegalArgumentException(
          "a learning rate of %s, %d of %d steps of warm-up, a final share of %s"
              .formatted(peak, warmUpSteps, totalSteps, finalShare));
    }
  }

  /** The learning rate of a step, counted from 0. */
  public double at(long step) {
    if (step < warmUpSteps) {
      return peak * (step + 1) / warmUpSteps;
    }
    double done =
        Math.min(1, (double) (step - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps));
    double cosine = 0.5 * (1 + Math.cos(Math.PI * done));
    return peak * (finalShare + (1 - finalShare) * cosine);
  }
}
