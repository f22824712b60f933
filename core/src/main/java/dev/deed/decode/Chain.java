package dev.deed.decode;

/** One sequence of a {@link ChainSearch}. */
sealed interface Chain permits PlainChain, DraftChain {
  /** Its present step. */
  SequenceStep step();

  /** Takes what its step found; whether it goes on, with another one. */
  boolean accept();

  /** The sequence, as far as it is. */
  FoundSequence found();
}
