package dev.deed.tensor.kernel;

import dev.deed.tensor.matrix.Panels;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one place that picks the vector width. The species are constants: in any other kind of field
 * the compiler cannot see the width and boxes every vector (ten times slower).
 */
public final class VectorLanes {
  /**
   * The width this machine prefers, 512 bits at most: a panel of weights, a key block and the
   * partial sums of a reduction are laid out for up to 16 lanes.
   */
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.vectorBitSize() > FloatVector.SPECIES_512.vectorBitSize()
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Whole numbers, as many as fp32 numbers. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Values in a vector: 4, 8 or 16. */
  public static final int COUNT = FLOATS.length();

  /** Whether vectors have 512 bits, of which there are 32 registers; else 16 are counted on. */
  public static final boolean WIDE = COUNT == 16;

  public static final int BYTES = FLOATS.vectorByteSize();

  /** Outputs of a strip of weights: two vectors. */
  static final int STRIP = 2 * COUNT;

  static final int PAIR = 2 * STRIP;

  /** Bytes from the weights in fp32 of an output for one input to those for the next. */
  static final long STEP_BYTES = (long) Panels.WIDTH * Float.BYTES;

  /** Values off the heap are written and read by this machine alone. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorLanes() {}

  /** Fewer than 4 lanes are not worth a vector. */
  public static boolean usable() {
    return COUNT >= 4;
  }
}
