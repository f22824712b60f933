package dev.deed.fuzz;

/** Models of sentencepiece, as T5 and as mBART name them. */
final class SentencePieceFuzz {
  private static final Scratch T5 = new Scratch().config("{\"model_type\": \"t5\"}");
  private static final Scratch MBART = new Scratch().config("{\"model_type\": \"mbart\"}");

  private SentencePieceFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    T5.write("spiece.model", bytes);
    TokenizerFuzz.open(T5);
    MBART.write("sentencepiece.bpe.model", bytes);
    TokenizerFuzz.open(MBART);
  }
}
