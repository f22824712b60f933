package dev.deed.tensor;

/** How numbers become whole numbers −127…127 with a scale in common. */
public final class Int8Rounding {
  /** The largest whole number. */
  public static final int MOST = 127;

  /** Adding it to a small number and taking it away again rounds to nearest, ties to even. */
  public static final float ROUNDING = 0x1.8p23f;

  /** Largest numbers below it count as zeros: the bits of their scale would not do. */
  private static final float LEAST = 0x1p-100f;

  /** As many as a product with 127 takes. */
  private static final int FREE_BITS = 7;

  private Int8Rounding() {}

  /**
   * The scale of weights of which the largest has this magnitude: a 127th of it, rounded so that
   * the last {@value #FREE_BITS} of 24 bits are 0. A whole number times that is an fp32 number
   * without rounding, so that weights stored as int8 become the same whole numbers again.
   *
   * @throws NotFiniteException when it is not finite
   */
  public static float scale(float magnitude) {
    if (!Float.isFinite(magnitude)) {
      throw new NotFiniteException();
    }
    if (magnitude < LEAST) {
      return 0;
    }
    int step = 1 << FREE_BITS;
    int bits = Float.floatToRawIntBits(magnitude / MOST);
    return Float.intBitsToFloat(bits + step / 2 & -step);
  }

  /** The same of {@code count} weights from {@code from} on. */
  public static float scale(float[] weights, int from, int count) {
    float most = 0;
    for (int k = from; k < from + count; k++) {
      most = Math.max(most, Math.abs(weights[k]));
    }
    return scale(most);
  }

  /** The whole number, −127…127, that times the scale comes nearest to a weight. */
  public static byte round(float weight, float scale) {
    // Where a scale is 0, whatever comes of the division counts nothing.
    return (byte) (weight / scale + ROUNDING - ROUNDING);
  }
}
