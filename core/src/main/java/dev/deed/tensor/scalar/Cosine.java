package dev.deed.tensor.scalar;

/** The cosine of two vectors from their three dot products. */
public final class Cosine {
  private Cosine() {}

  public static float of(float dot, float aSquared, float bSquared) {
    double norms = Math.sqrt((double) aSquared * bSquared);
    return norms == 0.0 ? 0f : (float) Math.clamp(dot / norms, -1.0, 1.0);
  }
}
