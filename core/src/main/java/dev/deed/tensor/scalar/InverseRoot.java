package dev.deed.tensor.scalar;

/** 1/√x, the factor of a normalisation. */
public final class InverseRoot {
  private InverseRoot() {}

  /** In double and rounded once, so that it has the same bits everywhere. */
  public static float of(float x) {
    return (float) (1.0 / Math.sqrt(x));
  }
}
