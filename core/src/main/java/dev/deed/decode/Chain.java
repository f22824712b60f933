package dev.deed.decode;

/** One sequence of a {@link ChainSearch}. */
sealed interface Chain permits PlainChain, DraftChain {
  /** What it decodes next. */
  StepRow row();

  /** Takes what a step found; whether the sequence goes on. */
  boolean accept(SequenceStep step);

  /** The sequence, as far as it is. */
  FoundSequence found();
}
