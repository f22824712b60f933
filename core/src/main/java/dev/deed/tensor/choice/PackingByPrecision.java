package dev.deed.tensor.choice;

import dev.deed.tensor.BlockKernel;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightPacking;
import dev.deed.tensor.int8.EngineChoice;
import dev.deed.tensor.int8.EngineMatrix;
import dev.deed.tensor.int8.IntegerKernel;
import dev.deed.tensor.int8.QuadKernel;
import dev.deed.tensor.int8.QuantizedMatrix;
import dev.deed.tensor.packed.MatrixKernel;
import dev.deed.tensor.packed.PackedMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Packs weights for the kernel of their precision. */
final class PackingByPrecision implements WeightPacking {
  /** Models up to this size stay in caches for the most part, where narrow weights gain little. */
  private static final long CACHED = 32L << 20;

  private final Map<WeightPrecision, MatrixKernel> kernels;
  private final IntegerKernel integers;
  private final QuadKernel quads;
  private final BlockKernel blocks;
  private final boolean narrow;
  private boolean engineSought;
  private @Nullable EngineChoice engine;

  /**
   * @param blocks what the kernels are
   * @param narrow whether narrow weights are multiplied as fast as they are read
   */
  PackingByPrecision(
      Map<WeightPrecision, MatrixKernel> kernels,
      IntegerKernel integers,
      QuadKernel quads,
      BlockKernel blocks,
      boolean narrow) {
    this.kernels = kernels;
    this.integers = integers;
    this.quads = quads;
    this.blocks = blocks;
    this.narrow = narrow;
  }

  @Override
  public WeightMatrix stack(
      WeightPrecision precision, List<RowBlock> blocks, int inputs, Arena memory) {
    if (precision == WeightPrecision.W8A8) {
      EngineChoice found = engine();
      return found == null || inputs == 0
          ? new QuantizedMatrix(blocks, inputs, memory, integers)
          : new EngineMatrix(blocks, inputs, memory, quads, found);
    }
    MatrixKernel kernel = Objects.requireNonNull(kernels.get(precision));
    return new PackedMatrix(precision, blocks, inputs, memory, kernel);
  }

  @Override
  public BlockKernel blockKernel(WeightPrecision precision) {
    return precision == WeightPrecision.W8A8 && engine() != null
        ? BlockKernel.BYTE_PRODUCTS
        : blocks;
  }

  @Override
  public WeightPrecision fastest(long bytes) {
    if (engine() != null) {
      return WeightPrecision.W8A8;
    }
    return narrow && bytes > CACHED ? WeightPrecision.INT8 : WeightPrecision.FP32;
  }

  /** Looked for when it is first needed: native code takes a while to load. */
  private synchronized @Nullable EngineChoice engine() {
    if (!engineSought) {
      engineSought = true;
      engine = EngineChoice.find();
    }
    return engine;
  }
}
