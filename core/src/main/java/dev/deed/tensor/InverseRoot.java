package dev.deed.tensor;

/** 1/√x, the factor of a normalisation. */
final class InverseRoot {
  private InverseRoot() {}

  /** In double and rounded once, so that it has the same bits everywhere. */
  static float of(float x) {
    return (float) (1.0 / Math.sqrt(x));
  }
}
