package dev.deed.tensor;

/** How fp32 numbers become bf16: the upper half, rounded to nearest, ties to even. */
public final class Bf16Rounding {
  /** What keeps the upper half of a NaN one. */
  private static final int QUIET = 0x40;

  private Bf16Rounding() {}

  public static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry into the exponent and make an infinity of it.
      return (short) (bits >>> Short.SIZE | QUIET);
    }
    int half = 0x7fff + (bits >>> Short.SIZE & 1);
    return (short) (bits + half >>> Short.SIZE);
  }
}
