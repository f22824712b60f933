package dev.deed.processing;

/**
 * Filters for resizing, numbered as Pillow's {@code resample} argument in {@code
 * preprocessor_config.json}.
 */
public enum Resampling {
  /** Triangle filter, support 1. */
  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  /** Keys' cubic convolution with a = −0.5, support 2. */
  BICUBIC(3, 2) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      if (distance < 1) {
        return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
      }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  private final int number;
  private final double support;

  Resampling(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** The number in {@code preprocessor_config.json}. */
  public int number() {
    return number;
  }

  /** Distance, in pixels of the target at scale 1, beyond which the weight is 0. */
  double support() {
    return support;
  }

  abstract double weight(double x);
}
