package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A tensor's elements in another precision, rounded to the nearest (ties to even) as read. */
final class ConvertedData implements TensorData {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The exponent of a float; all ones for infinity and NaN. */
  private static final int EXPONENT = 0x7f80_0000;

  private final Tensor from;
  private final DataType to;

  /**
   * @param to F32, F16 or BF16
   */
  ConvertedData(Tensor from, DataType to) {
    if (to != DataType.F32 && to != DataType.F16 && to != DataType.BF16) {
      throw new IllegalArgumentException("weights are not stored as " + to);
    }
    this.from = from;
    this.to = to;
  }

  @Override
  public long size() {
    return from.elements() * to.bytes();
  }

  /** As it says there; both position and length must be multiples of the element's size. */
  @Override
  public void read(long position, MemorySegment target) {
    float[] values = new float[Math.toIntExact(target.byteSize() / to.bytes())];
    from.read(position / to.bytes(), values, 0, values.length);
    if (to == DataType.F32) {
      MemorySegment.copy(values, 0, target, FLOAT, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        target.set(SHORT, i * 2L, narrow(values[i]));
      }
    }
  }

  private short narrow(float value) {
    short bits = to == DataType.F16 ? Float.floatToFloat16(value) : toBfloat16(value);
    float back = to == DataType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    InputException.require(
        Float.isInfinite(value) || !Float.isInfinite(back),
        "tensor " + from.name(),
        "holds " + value + ", which is beyond the range of " + to,
        "choose a precision of larger range (bf16 or fp32)");
    return bits;
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & EXPONENT) == EXPONENT) {
      // Infinity as it is; a NaN keeps a bit that makes it one.
      return (short) ((bits >>> 16) | (Float.isNaN(value) ? 0x40 : 0));
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
