package dev.deed.processing.picture;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Filters for resizing, numbered as Pillow's {@code resample} argument in {@code
 * preprocessor_config.json}; the formulas are those of Pillow's {@code Resample.c}.
 */
public enum Resampling {
  /** The source pixel under the centre of each target pixel, without antialiasing. */
  NEAREST(
      0,
      0,
      x -> {
        throw new IllegalStateException("nearest neighbours are not weighed");
      }),

  /** Sinc windowed by its own main lobe, support 3. */
  LANCZOS(1, 3, x -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),

  /** Triangle filter, support 1. */
  BILINEAR(2, 1, x -> Math.max(0, 1 - Math.abs(x))),

  /** Keys' cubic convolution with a = −0.5, support 2. */
  BICUBIC(3, 2, Resampling::cubic),

  /** Mean of the source pixels that the target pixel covers, support 0.5. */
  BOX(4, 0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),

  /** Sinc under a Hamming window, support 1; Pillow's constants are single precision. */
  HAMMING(5, 1, Resampling::hamming);

  private final int number;
  private final double support;

  /** By the distance in pixels of the target at scale 1; not used for neighbours. */
  private final DoubleUnaryOperator weight;

  Resampling(int number, double support, DoubleUnaryOperator weight) {
    this.number = number;
    this.support = support;
    this.weight = weight;
  }

  /** The number in {@code preprocessor_config.json}, 0…5. */
  public int number() {
    return number;
  }

  public static Optional<Resampling> of(int number) {
    return Arrays.stream(values()).filter(filter -> filter.number == number).findFirst();
  }

  /** Distance, in pixels of the target at scale 1, beyond which the weight is 0. */
  double support() {
    return support;
  }

  double weight(double x) {
    return weight.applyAsDouble(x);
  }

  private static double cubic(double x) {
    double a = -0.5;
    double distance = Math.abs(x);
    if (distance < 1) {
      return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
    }
    return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
  }

  private static double hamming(double x) {
    double distance = Math.abs(x);
    if (distance == 0) {
      return 1; // The constants sum up to a little more.
    }
    return distance < 1 ? sinc(distance) * (0.54f + 0.46f * StrictMath.cos(Math.PI * distance)) : 0;
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return StrictMath.sin(angle) / angle;
  }
}
