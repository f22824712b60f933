package dev.deed.processing.sound;

/** Samples of a byte as telephones code them (ITU-T G.711). Immutable. */
final class TelephoneCodes {
  /** 14 bits, of which North America and Japan send the logarithm. */
  static final TelephoneCodes MU_LAW = new TelephoneCodes(false);

  /** 13 bits, of which the rest of the world does. */
  static final TelephoneCodes A_LAW = new TelephoneCodes(true);

  private static final int A_LAW_FLIPPED = 0x55;

  /** What µ-law adds before it takes the logarithm. */
  private static final int BIAS = 0x84;

  private static final double FULL_SCALE = 1 << 15;

  private final double[] samples = new double[256];

  private TelephoneCodes(boolean isALaw) {
    for (int code = 0; code < samples.length; code++) {
      int bits = isALaw ? code ^ A_LAW_FLIPPED : ~code;
      int exponent = bits >> 4 & 7;
      int mantissa = bits & 0xf;
      int size =
          isALaw
              ? (mantissa << 4) + 8 + (exponent == 0 ? 0 : 0x100) << Math.max(0, exponent - 1)
              : ((mantissa << 3) + BIAS << exponent) - BIAS;
      boolean isPositive = (bits & 0x80) == (isALaw ? 0x80 : 0);
      samples[code] = (isPositive ? size : -size) / FULL_SCALE;
    }
  }

  /** The sample of a code, −1 to 1. */
  double sample(byte code) {
    return samples[code & 0xff];
  }
}
