package dev.deed.fuzz;

import dev.deed.checkpoint.TorchFile;
import dev.deed.value.InputException;

/** {@code pytorch_model.bin}: the archive and the format before it. */
final class TorchFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private TorchFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try (TorchFile file = TorchFile.open(SCRATCH.write("pytorch_model.bin", bytes))) {
      file.tensors().values().forEach(SafetensorsFuzz::read);
    } catch (InputException e) {
      return;
    }
  }
}
