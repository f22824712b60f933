package dev.deed.fuzz;

import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.util.List;
import java.util.stream.IntStream;

/** {@code tokenizer.json}. */
final class TokenizerFuzz {
  private static final Scratch SCRATCH = new Scratch();

  /** What users write, and runs of letters on which a bad pattern never comes to an end. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "Zwei Männer <pad> stehen  am Herd.",
          "a".repeat(40),
          "aé ab<s>  b\n ▁日🎉 é\u0301''b ".repeat(3),
          " \u3000\u00a0");

  private static final int MOST_IDS = 200;

  private TokenizerFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    SCRATCH.write("tokenizer.json", bytes);
    open(SCRATCH);
  }

  /** Opens the tokenizer of a folder and takes texts there and back. */
  static void open(Scratch scratch) {
    try (Tokenizer tokenizer = Tokenizer.open(scratch.folder())) {
      for (String text : TEXTS) {
        tokenizer.decode(tokenizer.encode(text), true);
        tokenizer.decode(tokenizer.encode(text, false), false);
      }
      int[] all = IntStream.range(0, Math.min(tokenizer.vocabularySize() + 1, MOST_IDS)).toArray();
      tokenizer.decode(all, false);
      tokenizer.decode(new int[0], true);
      TextStream stream = tokenizer.stream(true);
      for (int id : all) {
        stream.append(id);
      }
      stream.finish();
    } catch (InputException e) {
      return;
    }
  }
}
