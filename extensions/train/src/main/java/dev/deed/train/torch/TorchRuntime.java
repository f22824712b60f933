package dev.deed.train.torch;

import dev.deed.files.NativeFolder;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Process-wide settings of LibTorch. */
public final class TorchRuntime {
  private TorchRuntime() {}

  /**
   * Loads LibTorch. Call it before anything else of this package.
   *
   * @param threads threads of one operation, at least 1
   * @throws dev.deed.value.InputException when it lies where others can exchange it
   */
  public static void start(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    // With OpenBLAS its thread pool and OpenMP's fight over the cores.
    System.setProperty("org.bytedeco.openblas.load", "mkl");
    requireOwnFolder();
    torch.set_num_threads(threads);
  }

  /** {@return an error in our words where LibTorch found no memory; else the same} */
  public static RuntimeException inOurWords(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("can't allocate memory") || message.contains("CUDA out of memory")
        ? new InputException(
            "memory",
            "is used up by the training",
            "give a smaller --batch with --accumulate, or shorter lines")
        : e;
  }

  private static void requireOwnFolder() {
    try {
      Path cache = Loader.getCacheDir().toPath();
      NativeFolder.requireOwn(cache, cache, NativeFolder.MOVE_JAVACPP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
