package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;

/**
 * A tensor's elements in another precision, rounded to the nearest (ties to even) as read.
 *
 * @param to F32, F16 or BF16
 */
record ConvertedData(Tensor from, DataType to) implements TensorData {
  /** The exponent of a float; all ones for infinity and NaN. */
  private static final int EXPONENT = 0x7f80_0000;

  ConvertedData {
    if (to != DataType.F32 && to != DataType.F16 && to != DataType.BF16) {
      throw new IllegalArgumentException("weights are not stored as " + to);
    }
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
      MemorySegment.copy(values, 0, target, Tensor.FLOAT, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        target.set(Tensor.SHORT, i * 2L, narrow(values[i]));
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
