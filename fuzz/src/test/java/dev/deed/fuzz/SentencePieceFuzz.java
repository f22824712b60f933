package dev.deed.fuzz;

/** {@code spiece.model}. */
final class SentencePieceFuzz {
  private static final Scratch SCRATCH = new Scratch();

  private SentencePieceFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    SCRATCH.write("spiece.model", bytes);
    TokenizerFuzz.open(SCRATCH);
  }
}
