package dev.deed.processing.tokenizer;

/** Text to ids and back, by one of the native libraries. Safe for use from many threads. */
sealed interface TextCodec extends AutoCloseable permits LibraryCodec, PieceCodec {
  /** Ids of a text alone. */
  int[] encode(String text);

  /** Ids of a text with the special tokens that belong around it. */
  int[] encodeFramed(String text);

  /**
   * @param ids not negative; those beyond the vocabulary give no text
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** How much of a decoded text, in characters, no further token can change. */
  int settled(String text);

  /** Loads the native library, which encoding and decoding would otherwise do. */
  void preload();

  @Override
  void close();
}
