package dev.deed.tensor;

/** The one place that decides which kernels run. */
record KernelChoice(Kernels kernels, MatrixKernel matrix, AttentionKernel attention) {
  private static final KernelChoice ACTIVE = scalar();

  static KernelChoice active() {
    return ACTIVE;
  }

  static KernelChoice scalar() {
    Kernels kernels = new ScalarKernels();
    return new KernelChoice(kernels, new ScalarMatrixKernel(), new ScalarAttentionKernel(kernels));
  }
}
