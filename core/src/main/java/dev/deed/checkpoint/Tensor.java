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
   * All elements as ints, for tensors of whole numbers such as token ids.
   *
   * @throws InputException when the elements are not whole numbers of 32 or 64 bits
   */
  public int[] toInts() {
    int[] values = new int[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case I32 -> data.get(INT, i * 4L);
            case I64 -> Math.toIntExact(data.get(LONG, i * 8L));
            default ->
                throw new InputException(
                    "tensor " + name,
                    "holds " + type + ", not whole numbers",
                    "give int32 or int64");
          };
    }
    return values;
  }
}
