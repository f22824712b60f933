package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A named tensor of a file: row-major, little-endian. Reading it copies what was asked for and
 * nothing else.
 *
 * @param name its name in the file
 * @param type element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param data exactly {@code elements * type.bytes()} bytes
 */
public record Tensor(String name, DataType type, List<Integer> shape, TensorData data) {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes read at once: they stay in the cache until they are converted. */
  private static final int CHUNK = 1 << 17;

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  public Tensor {
    shape = List.copyOf(shape);
  }

  /**
   * The same tensor in another precision, converted as it is read; itself where it holds whole
   * numbers or has that precision already.
   *
   * @param precision F32, F16 or BF16
   */
  public Tensor to(DataType precision) {
    return type == precision || !type.isFloat()
        ? this
        : new Tensor(name, precision, shape, new ConvertedData(this, precision));
  }

  /** Whether another tensor has the same type, shape and bytes. */
  public boolean holdsTheSameAs(Tensor other) {
    if (type != other.type || !shape.equals(other.shape)) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mine = arena.allocate(CHUNK);
      MemorySegment theirs = arena.allocate(CHUNK);
      for (long at = 0; at < data.size(); at += CHUNK) {
        long size = Math.min(CHUNK, data.size() - at);
        data.read(at, mine.asSlice(0, size));
        other.data.read(at, theirs.asSlice(0, size));
        if (mine.asSlice(0, size).mismatch(theirs.asSlice(0, size)) >= 0) {
          return false;
        }
      }
      return true;
    }
  }

  public long elements() {
    return data.size() / type.bytes();
  }

  /**
   * Copies {@code count} elements from index {@code start} as floats; 16-bit formats widen exactly.
   *
   * @throws InputException when the tensor holds no floating-point numbers
   */
  public void read(long start, float[] target, int offset, int count) {
    InputException.require(
        type.isFloat(),
        "tensor " + name,
        "holds " + type + ", not numbers with a fraction",
        "give a float tensor");
    int bytes = type.bytes();
    int most = Math.min(count, CHUNK / bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate((long) most * bytes);
      int done = 0;
      while (done < count) {
        int now = Math.min(most, count - done);
        MemorySegment piece = buffer.asSlice(0, (long) now * bytes);
        data.read((start + done) * bytes, piece);
        toFloats(piece, target, offset + done, now);
        done += now;
      }
    }
  }

  private void toFloats(MemorySegment from, float[] target, int offset, int count) {
    switch (type) {
      case F32 -> MemorySegment.copy(from, FLOAT, 0, target, offset, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.intBitsToFloat(from.get(SHORT, i * 2L) << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(from.get(SHORT, i * 2L));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = (float) from.get(DOUBLE, i * 8L);
        }
      }
      default -> throw new IllegalStateException("no floating-point type: " + type);
    }
  }

  /**
   * All elements as floats.
   *
   * @throws InputException when the tensor holds no floating-point numbers or too many for an array
   */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    read(0, values, 0, values.length);
    return values;
  }

  /**
   * All elements as ints, for tensors of whole numbers such as token ids and masks; the latter are
   * often kept as floats or Booleans, which are 0 and 1.
   *
   * @throws InputException when the elements are not whole numbers, one of them is beyond 32 bits,
   *     or they are too many for an array
   */
  public int[] toInts() {
    if (type.isFloat()) {
      return whole(toFloats());
    }
    int[] values = new int[arrayLength()];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(data.size());
      data.read(0, all);
      for (int i = 0; i < values.length; i++) {
        long value = whole(all, i);
        InputException.require(
            value == (int) value,
            "tensor " + name,
            "holds " + value + " at " + i,
            "give numbers of 32 bits");
        values[i] = (int) value;
      }
    }
    return values;
  }

  private long whole(MemorySegment all, long index) {
    return switch (type) {
      case I64 -> all.get(LONG, index * Long.BYTES);
      case I32 -> all.get(INT, index * Integer.BYTES);
      case I16 -> all.get(SHORT, index * Short.BYTES);
      case I8 -> all.get(ValueLayout.JAVA_BYTE, index);
      case U8, BOOL -> Byte.toUnsignedLong(all.get(ValueLayout.JAVA_BYTE, index));
      default -> throw new IllegalStateException("no type of whole numbers: " + type);
    };
  }

  private int[] whole(float[] floats) {
    int[] values = new int[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) floats[i];
      InputException.require(
          values[i] == floats[i],
          "tensor " + name,
          "holds " + floats[i] + " at " + i + ", not a whole number of 32 bits",
          "give int32 or int64");
    }
    return values;
  }

  private int arrayLength() {
    InputException.require(
        elements() <= MAX_ARRAY,
        "tensor " + name,
        "has " + elements() + " elements, too many for one array",
        "give a smaller tensor");
    return (int) elements();
  }

  /**
   * A tensor's elements in another precision, rounded to the nearest (ties to even) as read.
   *
   * @param to F32, F16 or BF16
   */
  private record ConvertedData(Tensor from, DataType to) implements TensorData {
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
      float back =
          to == DataType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
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
}
