package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How fp32 numbers become bf16: the upper half, rounded to nearest, ties to even. */
public final class Bf16Rounding {
  /** What keeps the upper half of a NaN one. */
  private static final int QUIET = 0x40;

  private static final ValueLayout.OfShort BF16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Bf16Rounding() {}

  /** Rounds a number and writes it, the lower byte first. */
  public static void set(MemorySegment target, long at, float value) {
    target.set(BF16, at, round(value));
  }

  /** Reads what {@link #set} wrote. */
  public static float get(MemorySegment source, long at) {
    return Float.intBitsToFloat(source.get(BF16, at) << Short.SIZE);
  }

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
