package dev.deed.tensor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The one place that decides which kernels run, and says in the log why. */
record KernelChoice(Kernels kernels, MatrixKernel matrix, AttentionKernel attention) {
  private static final KernelChoice ACTIVE = choose(System.getLogger("dev.deed.tensor"));

  /** What this JVM runs; the choice has no state and is made once. */
  static KernelChoice active() {
    return ACTIVE;
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

  static KernelChoice scalar() {
    Kernels kernels = new ScalarKernels();
    return new KernelChoice(kernels, new ScalarMatrixKernel(), new ScalarAttentionKernel(kernels));
  }

  private static KernelChoice vector() {
    return new KernelChoice(
        new VectorKernels(), new VectorMatrixKernel(), new VectorAttentionKernel());
  }
}
