package dev.deed.tensor;

/**
 * Operations on runs of fp32 values in heap arrays: the {@code n} values from an offset on.
 *
 * <p>There are two implementations, scalar and vector, of the same formulas in the same order of
 * operations: sums run over 16 interleaved partial sums (value i belongs to sum i mod 16) that are
 * added as a fixed tree, so results have the same bits on every machine. Implementations have no
 * state and are safe for use from many threads. Arrays too short give an {@link
 * IndexOutOfBoundsException}; {@code n} = 0 does nothing unless said otherwise.
 */
public interface Kernels {
  /** a += b. */
  void add(float[] a, int aOffset, float[] b, int bOffset, int n);

  /** a += b · c, fused. */
  void addProducts(float[] a, int aOffset, float[] b, int bOffset, float[] c, int cOffset, int n);

  /** a *= factor. */
  void scale(float[] a, int offset, int n, float factor);

  /** Σ a·b; 0 for n = 0. */
  float dot(float[] a, int aOffset, float[] b, int bOffset, int n);

  /**
   * Layer normalisation: (x − mean) / √(variance + eps) · weight + bias, with the biased variance,
   * of as many values as there are weights.
   *
   * @param weight [n]
   * @param bias [n]
   * @param out may be {@code x} at the same offset
   */
  void layerNorm(
      float[] x, int xOffset, float[] weight, float[] bias, float eps, float[] out, int outOffset);

  /**
   * Root-mean-square normalisation (T5): x / √(mean of x² + eps) · weight, of as many values as
   * there are weights.
   *
   * @param weight [n]
   * @param out may be {@code x} at the same offset
   */
  void rmsNorm(float[] x, int xOffset, float[] weight, float eps, float[] out, int outOffset);

  /** x = activation(x). */
  void activate(Activation kind, float[] x, int offset, int n);

  /** Gated units: gate = activation(gate) · up. */
  void activateAndMultiply(
      Activation kind, float[] gate, int gateOffset, float[] up, int upOffset, int n);

  /** x = cap · tanh(x / cap). */
  default void softCap(float[] x, int offset, int n, float cap) {
    scale(x, offset, n, 1 / cap);
    activate(Activation.TANH, x, offset, n);
    scale(x, offset, n, cap);
  }

  /** The bits of {@link #softCap} of one value. */
  default float capped(float x, float cap) {
    float[] value = {x};
    softCap(value, 0, 1, cap);
    return value[0];
  }

  /** x = exp(x − max) / Σ exp(x − max). NaN throughout if all values are −∞ or one is NaN. */
  void softmax(float[] x, int offset, int n);

  /**
   * Index, from 0, of the largest value; the lowest index on ties. NaN counts as larger than every
   * number (as in NumPy and PyTorch), the first one wins.
   *
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  int argmax(float[] x, int offset, int n);

  /**
   * Statistics of a row of logits, which may contain −∞.
   *
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  LogitStatistics statistics(float[] logits, int offset, int n);

  /** a·b / (|a| |b|), in −1…1; 0 if a vector is 0. */
  default float cosine(float[] a, int aOffset, float[] b, int bOffset, int n) {
    double squares = (double) dot(a, aOffset, a, aOffset, n) * dot(b, bOffset, b, bOffset, n);
    double norms = Math.sqrt(squares);
    return norms == 0.0
        ? 0f
        : (float) Math.clamp(dot(a, aOffset, b, bOffset, n) / norms, -1.0, 1.0);
  }
}
