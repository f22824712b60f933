package dev.deed.tensor.kernel;

import dev.deed.tensor.Activation;

/**
 * exp, tanh and the activation functions of one value: own approximations made of operations that
 * round alike everywhere, so that {@code VectorActivations} gives the same bits lane by lane. The
 * polynomials interpolate at Chebyshev nodes.
 *
 * <p>Largest errors measured against double arithmetic, in units of 2⁻²³: exp 0.74, tanh 1.2 and
 * SILU 1.8 relative to the result; GELU 1.5 and its tanh form 1.2 relative to x.
 */
final class ScalarFunctions {
  /** ln 2⁻¹²⁶: below it {@link #expNonPositive} is 0, so that no subnormal number slows a sum. */
  public static final float EXP_ZERO = -87.33654f;

  public static final float LOG2_E = 1.44269504f;

  /** Adding 1.5 · 2²³ leaves the nearest integer in the low bits of the sum. */
  public static final float ROUNDER = 12582912f;

  public static final int ROUNDER_BITS = 0x4B400000;
  public static final int EXPONENT_BIAS = 127;
  public static final int MANTISSA_BITS = 23;

  /** ln 2 as a sum of two floats, negated. */
  public static final float MINUS_LN2_HIGH = -0.6931471824645996f;

  public static final float MINUS_LN2_LOW = 1.904654300e-9f;

  /** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, in ascending powers of r. */
  public static final float EXP_0 = 0.5f;

  public static final float EXP_1 = 0.1666657685f;
  public static final float EXP_2 = 0.04166655444f;
  public static final float EXP_3 = 0.008363202972f;
  public static final float EXP_4 = 0.001392621347f;

  /** Up to here tanh is a polynomial, which keeps the digits that 1 − e^−2x would lose. */
  public static final float TANH_SMALL = 0.55f;

  /** (tanh x / x − 1) / x² for |x| ≤ 0.55, in ascending powers of x². */
  public static final float TANH_0 = -0.3333333201f;

  public static final float TANH_1 = 0.1333311373f;
  public static final float TANH_2 = -0.05390942883f;
  public static final float TANH_3 = 0.02130938866f;
  public static final float TANH_4 = -0.006610227825f;

  /** Scale of u in {@link #GAUSS_0} and the following. */
  public static final float GAUSS_SCALE = 0.25f;

  /** Φ(−t) e^(t²/2) / u with u = 1 / (1 + t/4) for t in 0…13.3, in ascending powers of u. */
  public static final float GAUSS_0 = 0.0997552541f;

  public static final float GAUSS_1 = 0.0993547991f;
  public static final float GAUSS_2 = 0.0966253243f;
  public static final float GAUSS_3 = 0.0669556344f;
  public static final float GAUSS_4 = 0.100927677f;
  public static final float GAUSS_5 = -0.0133836365f;
  public static final float GAUSS_6 = 0.0593209494f;
  public static final float GAUSS_7 = 0.0288008745f;
  public static final float GAUSS_8 = -0.0531848601f;
  public static final float GAUSS_9 = 0.0148279855f;

  /** 2 √(2/π): x/2 (1 + tanh z) is x · sigmoid(2z). */
  public static final float GELU_TANH_LINEAR = 1.5957691216f;

  /** 2 √(2/π) · 0.044715. */
  public static final float GELU_TANH_CUBIC = 0.0713548163f;

  private ScalarFunctions() {}

  /** 1/√x, in double and rounded once, so that it has the same bits everywhere. */
  public static float inverseRoot(float x) {
    return (float) (1.0 / Math.sqrt(x));
  }

  public static float activation(Activation kind, float x) {
    return switch (kind) {
      case RELU -> Math.max(x, 0f);
      case GELU -> gelu(x);
      case GELU_TANH -> x * sigmoid(x * Math.fma(x * x, GELU_TANH_CUBIC, GELU_TANH_LINEAR));
      case SILU -> x * sigmoid(x);
      case TANH -> tanh(x);
      case IDENTITY -> x;
    };
  }

  /** e^x for x ≤ 0; 0 below {@link #EXP_ZERO}. */
  public static float expNonPositive(float x) {
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, x));
    float p = Math.fma(EXP_4, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    p = Math.fma(p, r, EXP_0);
    p = Math.fma(p, r * r, r) + 1f;
    int exponent = Float.floatToRawIntBits(shifted) - ROUNDER_BITS + EXPONENT_BIAS;
    float power = Float.intBitsToFloat(exponent << MANTISSA_BITS);
    return x < EXP_ZERO ? 0f : p * power;
  }

  /** 1 / (1 + e^−x). */
  private static float sigmoid(float x) {
    float e = expNonPositive(-Math.abs(x));
    return (x < 0f ? e : 1f) / (1f + e);
  }

  private static float tanh(float x) {
    float size = Math.abs(x);
    float square = x * x;
    float p = Math.fma(TANH_4, square, TANH_3);
    p = Math.fma(p, square, TANH_2);
    p = Math.fma(p, square, TANH_1);
    p = Math.fma(p, square, TANH_0);
    float small = Math.fma(p * square, x, x);
    float e = expNonPositive(-2f * size);
    float large = (1f - e) / (1f + e);
    return size <= TANH_SMALL ? small : (x < 0f ? -large : large);
  }

  /** x Φ(x), where Φ(−t) = e^(−t²/2) · u · polynomial(u). */
  private static float gelu(float x) {
    float u = 1f / Math.fma(Math.abs(x), GAUSS_SCALE, 1f);
    float p = Math.fma(GAUSS_9, u, GAUSS_8);
    p = Math.fma(p, u, GAUSS_7);
    p = Math.fma(p, u, GAUSS_6);
    p = Math.fma(p, u, GAUSS_5);
    p = Math.fma(p, u, GAUSS_4);
    p = Math.fma(p, u, GAUSS_3);
    p = Math.fma(p, u, GAUSS_2);
    p = Math.fma(p, u, GAUSS_1);
    p = Math.fma(p, u, GAUSS_0);
    float tail = x * (expNonPositive(x * x * -0.5f) * u * p);
    return x < 0f ? tail : x - tail;
  }
}
