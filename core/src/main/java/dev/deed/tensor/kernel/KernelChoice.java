package dev.deed.tensor.kernel;

import dev.deed.tensor.Attention;
import dev.deed.tensor.BlockKernel;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightPacking;
import dev.deed.tensor.matrix.EngineChoice;
import dev.deed.tensor.matrix.EngineMatrix;
import dev.deed.tensor.matrix.IntegerKernel;
import dev.deed.tensor.matrix.MatrixKernel;
import dev.deed.tensor.matrix.PackedMatrix;
import dev.deed.tensor.matrix.QuadKernel;
import dev.deed.tensor.matrix.QuantizedMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides which kernels run, and says in the log why. The choice is a constant:
 * neither the processor nor the modules of a JVM change while it runs. Any choice gives the same
 * bits.
 */
public final class KernelChoice {
  /** No manifest of a jar can carry it; the launcher {@code java} reads it from a variable too. */
  private static final String FLAG = "--add-modules=jdk.incubator.vector";

  private static final Backend OF_THIS_MACHINE = choose(System.getLogger("dev.deed.tensor"));

  private KernelChoice() {}

  public static Kernels kernels() {
    return OF_THIS_MACHINE.kernels();
  }

  public static Attention attention() {
    return OF_THIS_MACHINE.attention();
  }

  public static NarrowAttention narrowAttention() {
    return OF_THIS_MACHINE.narrowAttention();
  }

  public static WeightPacking packing() {
    return OF_THIS_MACHINE.packing();
  }

  private static Backend choose(Logger log) {
    if (!vectorsAreKnown()) {
      log.log(
          Level.WARNING,
          "scalar kernels, slow ones: this JVM runs without the Vector API; start it with "
              + FLAG
              + ", or with JDK_JAVA_OPTIONS="
              + FLAG
              + " in its environment");
      return scalar();
    }
    if (!VectorLanes.usable()) {
      log.log(
          Level.WARNING,
          "scalar kernels: vectors of {0} bits are too short to gain anything",
          VectorLanes.BYTES * Byte.SIZE);
      return scalar();
    }
    log.log(
        Level.DEBUG,
        "vector kernels: {0} bits, the width the JVM prefers on this processor",
        VectorLanes.BYTES * Byte.SIZE);
    return vector();
  }

  /**
   * Whether this class can use the Vector API. The boot layer does not tell: an application may
   * have loaded the module after the start.
   */
  private static boolean vectorsAreKnown() {
    try {
      Class<?> vector = Class.forName("jdk.incubator.vector.Vector", false, null);
      return KernelChoice.class.getModule().canRead(vector.getModule());
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Plain Java, which runs everywhere and defines the results. */
  public static Backend scalar() {
    MatrixKernel matrix = new ScalarMatrixKernel();
    return new Backend(
        new ScalarKernels(),
        new Attention(new ScalarAttentionKernel()),
        new NarrowAttention(new ScalarNarrowAttention()),
        new PackingByPrecision(
            matrices(matrix, matrix, matrix),
            new ScalarIntegerKernel(),
            new ScalarQuadKernel(),
            BlockKernel.SIXTEEN_REGISTERS,
            false));
  }

  private static Backend vector() {
    // An engine's bytes are as many as floats, and no vector holds fewer than eight.
    boolean bytes = VectorLanes.COUNT >= 8;
    return new Backend(
        new VectorKernels(),
        new Attention(new VectorAttentionKernel()),
        new NarrowAttention(new VectorNarrowAttention()),
        new PackingByPrecision(
            matrices(new VectorMatrixKernel(), new VectorBf16Kernel(), new VectorInt8Kernel()),
            new VectorIntegerKernel(),
            bytes ? new VectorQuadKernel() : new ScalarQuadKernel(),
            VectorLanes.WIDE ? BlockKernel.THIRTY_TWO_REGISTERS : BlockKernel.SIXTEEN_REGISTERS,
            true));
  }

  private static Map<WeightPrecision, MatrixKernel> matrices(
      MatrixKernel fp32, MatrixKernel bf16, MatrixKernel int8) {
    return Map.of(
        WeightPrecision.FP32, fp32, WeightPrecision.BF16, bf16, WeightPrecision.INT8, int8);
  }

  /** Packs weights for the kernel of their precision. */
  private static final class PackingByPrecision implements WeightPacking {
    /**
     * Models up to this size stay in caches for the most part, where narrow weights gain little.
     */
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

  /** All that a model computes with. Safe for use from many threads. */
  public record Backend(
      Kernels kernels,
      Attention attention,
      NarrowAttention narrowAttention,
      WeightPacking packing) {}
}
