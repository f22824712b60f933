package dev.deed.onednn;

import dev.deed.tensor.int8.Int8Engine;
import dev.deed.tensor.int8.Int8EngineException;
import dev.deed.tensor.int8.Int8Product;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** oneDNN's matrix products of int8, which use the processor's byte products. */
public final class OneDnnEngine implements Int8Engine {
  private static final int CPU = 1;
  private static final int LEAST_ROWS = 2;

  /** Numbers of rows, and inputs, of the trial products. */
  private static final int[] TRIAL_ROWS = {LEAST_ROWS, 16, 64};

  private static final int TRIAL_INPUTS = 256;
  private static final int TRIAL_OUTPUTS = 64;

  private @Nullable OneDnn library;
  private MemorySegment engine = MemorySegment.NULL;

  /** For {@link java.util.ServiceLoader}. */
  public OneDnnEngine() {}

  @Override
  public String name() {
    return "oneDNN";
  }

  @Override
  public synchronized @Nullable String obstacle() {
    if (library != null) {
      return null;
    }
    try {
      OneDnn loaded = OneDnn.load();
      engine = loaded.create("dnnl_engine_create", CPU, 0L);
      if (!addsExactly(loaded, engine)) {
        return "this processor has no exact byte products (VNNI)";
      }
      library = loaded;
      return null;
    } catch (Int8EngineException e) {
      return e.getMessage();
    }
  }

  /** Without VNNI, oneDNN adds pairs of products in 16 bits, where large ones are cut off. */
  private static boolean addsExactly(OneDnn library, MemorySegment engine) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = arena.allocate((long) TRIAL_OUTPUTS * TRIAL_INPUTS, 64);
      for (int o = 0; o < TRIAL_OUTPUTS; o++) {
        fill(weights, o, (byte) (o % 2 == 0 ? 127 : -127));
      }
      OneDnnProduct product =
          new OneDnnProduct(library, engine, weights, TRIAL_OUTPUTS, TRIAL_INPUTS, arena);
      for (int rows : TRIAL_ROWS) {
        MemorySegment x = arena.allocate((long) rows * TRIAL_INPUTS, 64);
        MemorySegment sums = arena.allocate((long) rows * TRIAL_OUTPUTS * Integer.BYTES, 64);
        for (int r = 0; r < rows; r++) {
          fill(x, r, (byte) (r % 2 == 0 ? 127 : -127));
        }
        product.multiply(x, rows, sums);
        for (int i = 0; i < rows * TRIAL_OUTPUTS; i++) {
          int sign = (i / TRIAL_OUTPUTS + i % TRIAL_OUTPUTS) % 2 == 0 ? 1 : -1;
          if (sums.getAtIndex(ValueLayout.JAVA_INT, i) != sign * TRIAL_INPUTS * 127 * 127) {
            return false;
          }
        }
      }
      return true;
    }
  }

  private static void fill(MemorySegment rows, int row, byte value) {
    rows.asSlice((long) row * TRIAL_INPUTS, TRIAL_INPUTS).fill(value);
  }

  @Override
  public int leastRows() {
    return LEAST_ROWS;
  }

  @Override
  public Int8Product pack(MemorySegment weights, int outputs, int inputs, SegmentAllocator memory) {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new Int8EngineException(obstacle);
    }
    return new OneDnnProduct(
        Objects.requireNonNull(library), engine, weights, outputs, inputs, memory);
  }
}
