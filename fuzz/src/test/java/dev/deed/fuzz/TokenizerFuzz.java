package dev.deed.fuzz;

import dev.deed.checkpoint.InputException;
import dev.deed.processing.tokenizer.Tokenizer;

/** {@code tokenizer.json}. */
final class TokenizerFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private TokenizerFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    SCRATCH.write("tokenizer.json", bytes);
    open(SCRATCH);
  }

  /** Opens the tokenizer of a folder and takes a text there and back. */
  static void open(Scratch scratch) {
    try (Tokenizer tokenizer = Tokenizer.open(scratch.folder())) {
      tokenizer.decode(tokenizer.encode("Zwei Männer <pad> stehen  am Herd."), true);
    } catch (InputException e) {
      return;
    }
  }
}
