package dev.deed.fuzz;

/** {@code tokenizer.json} whose steps, model and tokens are made of the fuzzer's choices. */
final class StepsFuzz {
  private StepsFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    TokenizerFuzz.fuzzerTestOneInput(new TokenizerMaker(bytes).make());
  }
}
