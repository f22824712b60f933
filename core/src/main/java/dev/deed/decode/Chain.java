package dev.deed.decode;

/** One sequence of a {@link ChainSearch}. */
sealed interface Chain permits PlainChain, DraftChain {
  SequenceStep step();

  /** Takes what its step found; whether it goes on, with another one. */
  boolean accept();

  FoundSequence found();
}
