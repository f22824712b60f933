package dev.deed.value;

/** The weights of the layers that make drafts. */
public enum DraftPrecision {
  /** Those of the model: the layers that a token runs until it leaves are not run again. */
  OWN,
  /**
   * A copy of the decoder in int8, which reads a quarter of what fp32 weights take. Models that are
   * held as narrow already draft with their own.
   */
  INT8
}
