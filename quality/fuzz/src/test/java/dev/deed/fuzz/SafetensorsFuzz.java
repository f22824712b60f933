package dev.deed.fuzz;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;

/** {@code model.safetensors}. */
final class SafetensorsFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private SafetensorsFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    try (SafetensorsFile file = SafetensorsFile.open(SCRATCH.write("model.safetensors", bytes))) {
      file.tensors().values().forEach(SafetensorsFuzz::read);
    } catch (InputException e) {
      return;
    }
  }

  /** Every byte of a tensor; nothing is larger than its file here. */
  static void read(Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.data().size()];
    tensor.data().read(0, MemorySegment.ofArray(bytes));
    if (bytes.length != tensor.elements() * tensor.type().bytes()) {
      throw new AssertionError("a tensor without all its bytes: " + tensor);
    }
    if (tensor.type().isFloat() && tensor.toFloats().length != tensor.elements()) {
      throw new AssertionError("a tensor without all its elements: " + tensor);
    }
  }
}
