package dev.deed.onednn;

import dev.deed.tensor.engine.EngineException;
import dev.deed.tensor.engine.Int8Engine;
import dev.deed.tensor.engine.Int8Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** oneDNN's matrix products of int8, which use the processor's byte products. */
public final class OneDnnEngine implements Int8Engine {
  private static final int CPU = 1;
  private static final int LEAST_ROWS = 2;

  /** Numbers of rows, and inputs, of the trial products. */
  private static final int[] TRIAL_ROWS = {LEAST_ROWS, 16, 64};

  private static final int TRIAL_INPUTS = 256;
  private static final int TRIAL_OUTPUTS = 64;

  private static final String NO_BYTE_PRODUCTS = "this processor has no exact byte products (VNNI)";

  /** What Linux calls them among the processor's flags. */
  private static final Pattern FLAGS = Pattern.compile("\\bavx(512)?_vnni\\b");

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
    if (!mayHaveByteProducts()) {
      // The library would take 45 MB of memory to say so.
      return NO_BYTE_PRODUCTS;
    }
    try {
      OneDnn loaded = OneDnn.load();
      engine = create(loaded);
      if (!addsExactly(loaded, engine)) {
        return NO_BYTE_PRODUCTS;
      }
      library = loaded;
      return null;
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  /** Whether Linux names them; true where it does not say. */
  private static boolean mayHaveByteProducts() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(flags -> FLAGS.matcher(flags).find())
          .orElse(true);
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  static MemorySegment create(OneDnn library) {
    return library.create("dnnl_engine_create", CPU, 0L);
  }

  /**
   * Whether it has fast code for our layout, and that adds exactly: without VNNI, oneDNN adds pairs
   * of products in 16 bits, where large ones are cut off.
   */
  private static boolean addsExactly(OneDnn library, MemorySegment engine) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = arena.allocate((long) TRIAL_OUTPUTS * TRIAL_INPUTS, 64);
      for (long at = 0; at < weights.byteSize(); at++) {
        weights.set(ValueLayout.JAVA_BYTE, at, (byte) (at / 4 % 2 == 0 ? 127 : -127));
      }
      OneDnnProduct product =
          new OneDnnProduct(library, engine, weights, TRIAL_OUTPUTS, TRIAL_INPUTS, arena);
      for (int rows : TRIAL_ROWS) {
        if (!product.code(rows).startsWith(OneDnnProduct.FAST)) {
          return false;
        }
        MemorySegment x = arena.allocate((long) rows * TRIAL_INPUTS, 64);
        MemorySegment sums = arena.allocate((long) rows * TRIAL_OUTPUTS * Integer.BYTES, 64);
        for (int r = 0; r < rows; r++) {
          x.asSlice((long) r * TRIAL_INPUTS, TRIAL_INPUTS).fill((byte) (r % 2 == 0 ? 255 : 1));
        }
        product.multiply(x, rows, sums);
        for (int i = 0; i < rows * TRIAL_OUTPUTS; i++) {
          int input = i / TRIAL_OUTPUTS % 2 == 0 ? 255 : 1;
          int weight = i % 2 == 0 ? 127 : -127;
          if (sums.getAtIndex(ValueLayout.JAVA_INT, i) != TRIAL_INPUTS * input * weight) {
            return false;
          }
        }
      }
      return true;
    }
  }

  @Override
  public int leastRows() {
    return LEAST_ROWS;
  }

  @Override
  public Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory) {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new EngineException(obstacle);
    }
    return new OneDnnProduct(
        Objects.requireNonNull(library), engine, panels, outputs, inputs, memory);
  }
}
