package dev.deed.tensor.choice;

import dev.deed.tensor.AttentionKernel;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.Precision;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.int8.EngineChoice;
import dev.deed.tensor.int8.IntegerKernel;
import dev.deed.tensor.int8.QuantizedMatrix;
import dev.deed.tensor.packed.MatrixKernel;
import dev.deed.tensor.packed.PackedMatrix;
import dev.deed.tensor.scalar.ScalarAttentionKernel;
import dev.deed.tensor.scalar.ScalarIntegerKernel;
import dev.deed.tensor.scalar.ScalarKernels;
import dev.deed.tensor.scalar.ScalarMatrixKernel;
import dev.deed.tensor.vector.VectorAttentionKernel;
import dev.deed.tensor.vector.VectorBf16Kernel;
import dev.deed.tensor.vector.VectorInt8Kernel;
import dev.deed.tensor.vector.VectorIntegerKernel;
import dev.deed.tensor.vector.VectorKernels;
import dev.deed.tensor.vector.VectorLanes;
import dev.deed.tensor.vector.VectorMatrixKernel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The one place that decides which kernels run, and says in the log why. */
public record KernelChoice(
    Kernels kernels,
    Map<Precision, MatrixKernel> matrices,
    IntegerKernel integers,
    AttentionKernel attention) {
  private static final KernelChoice ACTIVE = choose(System.getLogger("dev.deed.tensor"));

  /** What this JVM runs; the choice has no state and is made once. */
  public static KernelChoice active() {
    return ACTIVE;
  }

  /** Packs blocks one under another; see {@link Precision#stack}. */
  public WeightMatrix stack(
      Precision precision, List<RowBlock> blocks, int inputs, SegmentAllocator memory) {
    if (precision == Precision.W8A8) {
      return QuantizedMatrix.stack(blocks, inputs, memory, integers, EngineChoice.active());
    }
    MatrixKernel kernel = Objects.requireNonNull(matrices.get(precision));
    return PackedMatrix.stack(precision, blocks, inputs, memory, kernel);
  }

  private static KernelChoice choose(Logger log) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      log.log(
          Level.WARNING,
          "scalar kernels: this JVM runs without the Vector API; start it with"
              + " --add-modules jdk.incubator.vector for the fast ones");
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

  public static KernelChoice scalar() {
    Kernels kernels = new ScalarKernels();
    MatrixKernel matrix = new ScalarMatrixKernel();
    return new KernelChoice(
        kernels,
        Map.of(Precision.FP32, matrix, Precision.BF16, matrix, Precision.INT8, matrix),
        new ScalarIntegerKernel(),
        new ScalarAttentionKernel());
  }

  private static KernelChoice vector() {
    return new KernelChoice(
        new VectorKernels(), vectorMatrices(), vectorIntegers(), new VectorAttentionKernel());
  }

  private static Map<Precision, MatrixKernel> vectorMatrices() {
    MatrixKernel whole = new VectorMatrixKernel();
    if (VectorLanes.COUNT < 8) {
      // No vector is short enough to hold so few bytes.
      MatrixKernel scalar = new ScalarMatrixKernel();
      return Map.of(Precision.FP32, whole, Precision.BF16, scalar, Precision.INT8, scalar);
    }
    return Map.of(
        Precision.FP32,
        whole,
        Precision.BF16,
        new VectorBf16Kernel(),
        Precision.INT8,
        new VectorInt8Kernel());
  }

  private static IntegerKernel vectorIntegers() {
    return VectorLanes.COUNT < 8 ? new ScalarIntegerKernel() : new VectorIntegerKernel();
  }
}
