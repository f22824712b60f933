package dev.deed.tensor;

/** exp, erf, tanh and the activation functions of one value. */
final class ScalarFunctions {
  /** From here on downwards {@link #exp} is 0. */
  static final float EXP_ZERO = -104f;

  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double ROOT_TWO_OVER_PI = Math.sqrt(2.0 / Math.PI);

  private ScalarFunctions() {}

  static float exp(float x) {
    return (float) Math.exp(x);
  }

  static float activation(Activation kind, float x) {
    return switch (kind) {
      case RELU -> Math.max(x, 0f);
      case GELU -> (float) (0.5 * x * (1.0 + erf(x * ROOT_HALF)));
      case GELU_TANH ->
          (float) (0.5 * x * (1.0 + Math.tanh(ROOT_TWO_OVER_PI * (x + 0.044715 * x * x * x))));
      case SILU -> (float) (x / (1.0 + Math.exp(-x)));
      case TANH -> (float) Math.tanh(x);
      case IDENTITY -> x;
    };
  }

  /** The Maclaurin series, and 1 where it would lose its digits. */
  private static double erf(double x) {
    if (Math.abs(x) > 4.5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2.0 / Math.sqrt(Math.PI) * sum;
  }
}
