package dev.deed.processing.tokenizer;

/** Text to ids and back. Safe for use from many threads. */
sealed interface TextCodec extends AutoCloseable permits LibraryCodec, PieceCodec, ByteCodec {
  /** The ids of a text, if {@code framed} between the special tokens that belong around it. */
  int[] encode(String text, boolean framed);

  /** The text of ids, which are not negative; those beyond the vocabulary give none. */
  String decode(int[] ids, boolean skipSpecialTokens);

  /**
   * Loads the native library that texts need, so that none of them fails for want of it.
   *
   * @throws dev.deed.value.InputException when it does not load, or refuses the tokenizer
   */
  default void load() {}

  /** How much of a decoded text, in characters, no further token can change. */
  default int unchangingLength(String text) {
    return text.length();
  }

  /**
   * How tokens spell the text of an answer.
   *
   * @throws dev.deed.value.InputException when decoding does more than put tokens together
   */
  TokenSpelling spelling();

  /** Whether decoding leaves a token out, though it is no special one. */
  default boolean leavesOut(String token) {
    return false;
  }

  /** Frees native memory, once nothing is encoded or decoded any more. */
  @Override
  default void close() {}
}
