package dev.deed.train.torch;

import org.bytedeco.pytorch.global.torch;

/** Process-wide settings of LibTorch. */
public final class TorchRuntime {
  private TorchRuntime() {}

  /**
   * Loads LibTorch. Call it before anything else of this package.
   *
   * @param threads threads of one operation, at least 1
   */
  public static void start(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    // With OpenBLAS its thread pool and OpenMP's fight over the cores.
    System.setProperty("org.bytedeco.openblas.load", "mkl");
    torch.set_num_threads(threads);
  }
}
