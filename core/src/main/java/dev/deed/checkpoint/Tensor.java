package dev.deed.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A named tensor inside a mapped file: row-major, little-endian, nothing copied.
 *
 * @param name its name in the file
 * @param type element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param data exactly {@code elements * type.bytes()} bytes, unaligned
 */
public record Tensor(String name, DataType type, List<Integer> shape, MemorySegment data) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Tensor {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return data.byteSize() / type.bytes();
  }

  /**
   * Copies {@code count} elements from index {@code start} as floats; 16-bit formats widen exactly.
   *
   * @throws InputException when the tensor holds no floating-point numbers
   */
  public void read(long start, float[] target, int offset, int count) {
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, start * 4, target, offset, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.intBitsToFloat(data.get(SHORT, (start + i) * 2) << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(data.get(SHORT, (start + i) * 2));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = (float) data.get(DOUBLE, (start + i) * 8);
        }
      }
      default ->
          throw new InputException(
              "tensor " + name,
              "holds " + type + ", not numbers with a fraction",
              "give a float tensor");
    }
  }

  /**
   * All elements as floats.
   *
   * @throws InputException when the tensor holds no floating-point numbers or too many for an array
   */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elements())];
    read(0, values, 0, values.length);
    return values;
  }

  /**
   * All elements as ints, for tensors of whole numbers such as token ids and masks; the latter are
   * often kept as floats.
   *
   * @throws InputException when the elements are not whole numbers that fit an int
   */
  public int[] toInts() {
    int[] values = new int[Math.toIntExact(elements())];
    float[] one = new float[1];
    for (int i = 0; i < values.length; i++) {
      long value =
          switch (type) {
            case I32 -> data.get(INT, i * 4L);
            case I64 -> data.get(LONG, i * 8L);
            case F32, F16, BF16, F64 -> {
              read(i, one, 0, 1);
              yield whole(one[0]);
            }
            default -> throw notInts("holds " + type + ", not whole numbers");
          };
      if (value != (int) value) {
        throw notInts("holds " + value + ", which is beyond 32 bits");
      }
      values[i] = (int) value;
    }
    return values;
  }

  private long whole(float value) {
    if (value != (long) value) {
      throw notInts("holds " + value + ", not a whole number");
    }
    return (long) value;
  }

  private InputException notInts(String why) {
    return new InputException("tensor " + name, why, "give whole numbers of 32 or 64 bits");
  }
}
