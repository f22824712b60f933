package dev.deed.decode.exit;

/** What a step sees, at a layer, of earlier positions that stopped above it. */
public enum History {
  /** Their true features of that depth, computed just in time (DEED). */
  JIT,
  /**
   * The features they stopped with, as if deeper layers had passed them on (CALM's state copying):
   * a baseline.
   */
  COPY
}
