package dev.deed.onednn;

import dev.deed.tensor.engine.Bf16Engine;
import dev.deed.tensor.engine.Bf16Product;
import dev.deed.tensor.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** oneDNN's matrix products of bf16, which use the processor's own (AVX512-BF16, AMX). */
public final class OneDnnBf16Engine implements Bf16Engine {
  private static final String NO_PRODUCTS = "this processor has no products of bf16";

  /** What Linux calls them. */
  private static final ProcessorFlags FLAGS = new ProcessorFlags("avx512_bf16|amx_bf16");

  /** Of the trial: so long sums may be cut into parts where that pays. */
  private static final int TRIAL_INPUTS = 4096;

  private static final int TRIAL_OUTPUTS = 64;

  private @Nullable OneDnn library;
  private MemorySegment engine = MemorySegment.NULL;

  /** For {@link java.util.ServiceLoader}. */
  public OneDnnBf16Engine() {}

  @Override
  public synchronized @Nullable String obstacle() {
    if (library != null) {
      return null;
    }
    if (!FLAGS.mayBeThere()) {
      return NO_PRODUCTS;
    }
    try {
      OneDnn loaded = OneDnn.load();
      engine = OneDnnEngine.create(loaded);
      String obstacle = tried(loaded, engine);
      if (obstacle == null) {
        library = loaded;
      }
      return obstacle;
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  /** Whether it has fast code for our layout, whose bits for a row are the same in every place. */
  private static @Nullable String tried(OneDnn library, MemorySegment engine) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = arena.allocate((long) TRIAL_OUTPUTS * TRIAL_INPUTS * Short.BYTES, 64);
      fill(weights, 1);
      OneDnnProduct product =
          new OneDnnProduct(
              library, OneDnnProduct.Kind.BF16, engine, weights, TRIAL_OUTPUTS, TRIAL_INPUTS);
      if (!product.code(Bf16Product.ROWS).startsWith(OneDnnProduct.FAST)) {
        return NO_PRODUCTS;
      }
      long rowBytes = (long) TRIAL_INPUTS * Short.BYTES;
      MemorySegment x = arena.allocate(Bf16Product.ROWS * rowBytes, 64);
      fill(x.asSlice(0, rowBytes), 7);
      for (int r = 1; r < Bf16Product.ROWS; r++) {
        MemorySegment.copy(x, 0, x, r * rowBytes, rowBytes);
      }
      long sumBytes = (long) TRIAL_OUTPUTS * Float.BYTES;
      MemorySegment sums = arena.allocate(Bf16Product.ROWS * sumBytes, 64);
      product.multiply(x, Bf16Product.ROWS, sums);
      for (int r = 1; r < Bf16Product.ROWS; r++) {
        if (sums.asSlice(r * sumBytes, sumBytes).mismatch(sums.asSlice(0, sumBytes)) >= 0) {
          return "oneDNN's products of bf16 depend on where a row stands";
        }
      }
      return null;
    }
  }

  /** Numbers of bf16 between 1 and 2, with and without a sign, whose sums must be rounded. */
  private static void fill(MemorySegment numbers, int seed) {
    int hash = seed;
    for (long i = 0; i < numbers.byteSize() / Short.BYTES; i++) {
      hash = hash * 1_664_525 + 1_013_904_223;
      short number = (short) (0x3f80 | hash >>> 25 | (hash & 1) << 15);
      numbers.setAtIndex(ValueLayout.JAVA_SHORT, i, number);
    }
  }

  @Override
  public Bf16Product product(MemorySegment panels, int outputs, int inputs) {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new EngineException(obstacle);
    }
    OneDnnProduct product =
        new OneDnnProduct(
            Objects.requireNonNull(library),
            OneDnnProduct.Kind.BF16,
            engine,
            panels,
            outputs,
            inputs);
    return (x, sums) -> product.multiply(x, Bf16Product.ROWS, sums);
  }
}
