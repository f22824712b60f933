package dev.deed.tensor;

import dev.deed.tensor.choice.KernelChoice;
import dev.deed.tensor.int8.Int8Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/**
 * How weights are held in memory, and multiplied. Inputs and outputs are fp32 whatever the
 * precision. So are sums, but in {@link #W8A8}: each weight becomes an fp32 number first. Either
 * way one row and many give the same bits.
 */
public enum Precision {
  /** IEEE 754 single precision, as most checkpoints have them. */
  FP32(Float.BYTES),
  /** The upper half of an fp32 number, rounded to nearest, ties to even. */
  BF16(Short.BYTES),
  /**
   * Whole numbers −127…127 and an fp32 scale for each output: the largest weight of the output is
   * ±127, the others are rounded to nearest, ties to even.
   */
  INT8(Byte.BYTES),
  /**
   * Weights as in {@link #INT8}, and each row of inputs rounded in the same way when it is
   * multiplied (dynamic quantisation), so that sums are whole numbers: what an {@link Int8Engine},
   * and other engines in int8, are fast at.
   */
  W8A8(Byte.BYTES);

  public static final int MOST_INT8 = 127;

  /** Largest weights below it count as zeros: the bits of their scale would not do. */
  private static final float LEAST_INT8 = 0x1p-100f;

  /** As many as a product with 127 takes. */
  private static final int FREE_BITS = 7;

  /** Adding it to a small number and taking it away again rounds to nearest, ties to even. */
  public static final float ROUNDING = 0x1.8p23f;

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** The name in files and options. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of a weight. */
  public int bytes() {
    return bytes;
  }

  /**
   * Packs a heap array.
   *
   * @param rowMajor weights [outputs, inputs], row-major; not kept
   * @throws IllegalArgumentException if the array has not exactly outputs × inputs values
   */
  public WeightMatrix pack(float[] rowMajor, int outputs, int inputs) {
    if (rowMajor.length != (long) outputs * inputs) {
      throw new IllegalArgumentException(
          "%d values are no [%d, %d] matrix".formatted(rowMajor.length, outputs, inputs));
    }
    return pack(RowSource.of(rowMajor, inputs), outputs, inputs);
  }

  /** Packs the rows of one source, in memory of their own. */
  public WeightMatrix pack(RowSource rows, int outputs, int inputs) {
    return pack(rows, outputs, inputs, Arena.ofAuto());
  }

  /** Packs the rows of one source; see {@link #stack}. */
  public WeightMatrix pack(RowSource rows, int outputs, int inputs, SegmentAllocator memory) {
    return stack(List.of(new RowBlock(rows, outputs)), inputs, memory);
  }

  /**
   * Packs several blocks one under another, such as the query, key and value projections that are
   * computed in one go.
   *
   * @param blocks from top to bottom, each with rows of length {@code inputs}
   * @param memory where the weights are to lie, off the heap; for all threads
   * @throws NotFiniteException in {@link #INT8} and {@link #W8A8}, when a weight is not finite
   */
  public WeightMatrix stack(List<RowBlock> blocks, int inputs, SegmentAllocator memory) {
    return KernelChoice.active().stack(this, blocks, inputs, memory);
  }

  /**
   * Writes the first weights of an array to memory, one behind the other.
   *
   * @param index of the first, counted in weights
   * @param scales what int8 numbers count: weight i has that of i mod {@code scales.length}, which
   *     divides {@code count}
   */
  public void write(float[] weights, int count, MemorySegment memory, long index, float[] scales) {
    long at = index * bytes;
    switch (this) {
      case FP32 -> MemorySegment.copy(weights, 0, memory, ValueLayout.JAVA_FLOAT, at, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          memory.set(ValueLayout.JAVA_SHORT, at + (long) i * bytes, upperHalf(weights[i]));
        }
      }
      case INT8, W8A8 -> {
        for (int from = 0; from < count; from += scales.length) {
          for (int lane = 0; lane < scales.length; lane++) {
            byte whole = int8(weights[from + lane], scales[lane]);
            memory.set(ValueLayout.JAVA_BYTE, at + from + lane, whole);
          }
        }
      }
    }
  }

  /** The weight of an index, in fp32 and not scaled yet. */
  public float read(MemorySegment memory, long index) {
    return switch (this) {
      case FP32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case BF16 ->
          Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index) << Short.SIZE);
      case INT8, W8A8 -> memory.getAtIndex(ValueLayout.JAVA_BYTE, index);
    };
  }

  /**
   * The scale of int8 weights of which the largest has this magnitude: a 127th of it, rounded so
   * that the last {@value #FREE_BITS} of 24 bits are 0. A whole number times that is an fp32 number
   * without rounding, so that weights stored as int8 become the same whole numbers again.
   *
   * @throws NotFiniteException when it is not finite
   */
  public static float int8Scale(float magnitude) {
    if (!Float.isFinite(magnitude)) {
      throw new NotFiniteException();
    }
    if (magnitude < LEAST_INT8) {
      return 0;
    }
    int step = 1 << FREE_BITS;
    int bits = Float.floatToRawIntBits(magnitude / MOST_INT8);
    return Float.intBitsToFloat(bits + step / 2 & -step);
  }

  /** The whole number, −127…127, that times the scale comes nearest to a weight. */
  public static byte int8(float weight, float scale) {
    // Where a scale is 0, whatever comes of the division counts nothing.
    return (byte) (weight / scale + ROUNDING - ROUNDING);
  }

  private static short upperHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry into the exponent and make an infinity of it.
      return (short) (bits >>> Short.SIZE | 0x40);
    }
    int half = 0x7fff + (bits >>> Short.SIZE & 1);
    return (short) (bits + half >>> Short.SIZE);
  }
}
