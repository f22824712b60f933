package dev.deed.processing.sound;

import java.util.Arrays;

/**
 * The samples of one channel in a frame (RFC 9639, section 9.2): one number for all, the numbers as
 * they are, or a prediction from those before and how far it is off.
 */
final class FlacSubframe {
  private static final int CONSTANT = 0;
  private static final int VERBATIM = 1;
  private static final int FIXED = 8;
  private static final int MOST_FIXED = 4;
  private static final int LINEAR = 32;

  /** Differences of as many orders; the newest sample first. */
  private static final int[][] FIXED_COEFFICIENTS = {{}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}};

  private FlacSubframe() {}

  /** Reads {@code count} samples of {@code width} bits. */
  static void read(FlacBits bits, long[] samples, int count, int width) {
    BadSound.damagedIf(bits.unsigned(1) != 0, "a channel does not begin where it must");
    int kind = (int) bits.unsigned(6);
    long wasted = bits.unsigned(1) == 0 ? 0 : bits.zeros() + 1;
    BadSound.damagedIf(wasted >= width, "samples have no bits");
    int left = width - (int) wasted;
    if (kind == CONSTANT) {
      Arrays.fill(samples, 0, count, bits.signed(left));
    } else if (kind == VERBATIM) {
      verbatim(bits, samples, count, left);
    } else if (kind >= FIXED && kind <= FIXED + MOST_FIXED) {
      int[] coefficients = FIXED_COEFFICIENTS[kind - FIXED];
      requireOrder(coefficients.length, count);
      verbatim(bits, samples, coefficients.length, left);
      FlacResidual.read(bits, samples, coefficients.length, count);
      predict(samples, count, coefficients, 0, left);
    } else if (kind >= LINEAR) {
      linear(bits, samples, count, kind - LINEAR + 1, left);
    } else {
      throw BadSound.damaged("a channel is coded in an unknown way");
    }
    if (wasted > 0) {
      for (int i = 0; i < count; i++) {
        samples[i] <<= wasted;
      }
    }
  }

  private static void verbatim(FlacBits bits, long[] samples, int count, int width) {
    for (int i = 0; i < count; i++) {
      samples[i] = bits.signed(width);
    }
  }

  private static void linear(FlacBits bits, long[] samples, int count, int order, int width) {
    requireOrder(order, count);
    verbatim(bits, samples, order, width);
    int precision = (int) bits.unsigned(4) + 1;
    int shift = (int) bits.signed(5);
    BadSound.damagedIf(
        precision == 16 || shift < 0, "a prediction has coefficients of an unknown kind");
    int[] coefficients = new int[order];
    for (int i = 0; i < order; i++) {
      coefficients[i] = (int) bits.signed(precision);
    }
    FlacResidual.read(bits, samples, order, count);
    predict(samples, count, coefficients, shift, width);
  }

  private static void requireOrder(int order, int count) {
    BadSound.damagedIf(order > count, "a prediction needs more samples than there are");
  }

  /**
   * Adds predictions to what they are off.
   *
   * @param coefficients of the samples before, the newest first
   * @param shift bits of the fraction of coefficients
   * @param width bits of a sample
   */
  private static void predict(long[] samples, int count, int[] coefficients, int shift, int width) {
    long most = 1L << width - 1;
    for (int i = coefficients.length; i < count; i++) {
      long sum = 0;
      for (int j = 0; j < coefficients.length; j++) {
        sum += coefficients[j] * samples[i - 1 - j];
      }
      long sample = samples[i] + (sum >> shift);
      BadSound.damagedIf(sample < -most || sample >= most, "a sample is out of range");
      samples[i] = sample;
    }
  }
}
