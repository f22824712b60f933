package dev.deed.processing.sound;

/**
 * How far predictions are off (RFC 9639, section 9.2.7): partitions of numbers in Rice's code, each
 * with a parameter of its own.
 */
final class FlacResidual {
  private static final int RAW_WIDTH = 5;
  private static final int MOST_BITS = 32;

  private FlacResidual() {}

  /**
   * @param from the first that is read; those before are no predictions
   * @param count of samples in the frame
   */
  static void read(FlacBits bits, long[] samples, int from, int count) {
    int method = (int) bits.unsigned(2);
    BadSound.damagedIf(method > 1, "a residual is coded in an unknown way");
    int parameterBits = 4 + method;
    int raw = (1 << parameterBits) - 1;
    int partitions = 1 << bits.unsigned(4);
    int size = count / partitions;
    BadSound.damagedIf(
        size * partitions != count || size < from, "a residual has partitions of no whole size");
    int at = from;
    for (int partition = 1; partition <= partitions; partition++) {
      int parameter = (int) bits.unsigned(parameterBits);
      int end = partition * size;
      if (parameter == raw) {
        int width = (int) bits.unsigned(RAW_WIDTH);
        for (; at < end; at++) {
          samples[at] = bits.signed(width);
        }
      } else {
        for (; at < end; at++) {
          samples[at] = rice(bits, parameter);
        }
      }
    }
  }

  private static long rice(FlacBits bits, int parameter) {
    long high = bits.zeros();
    BadSound.damagedIf(high >= 1L << MOST_BITS - parameter, "a prediction is off by too much");
    long folded = high << parameter | bits.unsigned(parameter);
    // 0, −1, 1, −2, 2, …
    return folded >>> 1 ^ -(folded & 1);
  }
}
