package dev.deed.fuzz;

import java.util.Arrays;

/** {@code vocab.json}, and behind the first zero byte {@code merges.txt}. */
final class VocabularyFuzz {
  private static final Scratch BART = new Scratch().config("{\"model_type\": \"bart\"}");

  private VocabularyFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    BART.write("vocab.json", Arrays.copyOf(bytes, end));
    BART.write(
        "merges.txt", Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length));
    TokenizerFuzz.open(BART);
  }
}
