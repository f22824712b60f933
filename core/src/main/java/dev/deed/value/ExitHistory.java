package dev.deed.value;

/** What later tokens see, at the deeper layers, of a token that left early. Immutable. */
public enum ExitHistory {
  /** The features of that layer, computed just when a later token needs them (DEED). */
  JIT,
  /** The features that the token left with, copied to the deeper layers (CALM): a baseline. */
  COPY
}
