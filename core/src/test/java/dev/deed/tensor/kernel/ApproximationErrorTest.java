package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Largest errors of the approximations against double arithmetic, on a dense sweep. */
class ApproximationErrorTest {
  private static final double ULP = Math.ulp(1f);

  @Test
  void exponential() {
    double worst = 0;
    for (float x = 0f; x > ScalarFunctions.EXP_ZERO; x -= 1.1e-4f) {
      double exact = StrictMath.exp(x);
      worst = Math.max(worst, Math.abs(ScalarFunctions.expNonPositive(x) / exact - 1));
    }
    assertThat(worst).isLessThan(1.0 * ULP);
    assertThat(ScalarFunctions.expNonPositive(0f)).isEqualTo(1f);
    assertThat(ScalarFunctions.expNonPositive(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(ScalarFunctions.expNonPositive(Float.NaN)).isNaN();
  }

  @Test
  void tanh() {
    assertThat(relative(Activation.TANH, StrictMath::tanh, 10)).isLessThan(2.0 * ULP);
  }

  @Test
  void silu() {
    assertThat(relative(Activation.SILU, x -> x / (1 + StrictMath.exp(-x)), 80))
        .isLessThan(3.0 * ULP);
  }

  /** Relative to |x|, because the far tail x Φ(x) inherits the rounding of x². */
  @Test
  void gelu() {
    assertThat(scaled(Activation.GELU, x -> 0.5 * x * erfc(-x / Math.sqrt(2)), 12))
        .isLessThan(1.5 * ULP);
  }

  @Test
  void geluTanh() {
    double factor = Math.sqrt(2 / Math.PI);
    DoubleUnaryOperator exact =
        x -> 0.5 * x * (1 + StrictMath.tanh(factor * (x + 0.044715 * x * x * x)));
    assertThat(scaled(Activation.GELU_TANH, exact, 12)).isLessThan(1.5 * ULP);
  }

  private static double relative(Activation kind, DoubleUnaryOperator exact, float range) {
    double worst = 0;
    for (float x = -range; x < range; x += 2.3e-4f) {
      double expected = exact.applyAsDouble(x);
      if (Math.abs(expected) > Float.MIN_NORMAL) {
        worst = Math.max(worst, Math.abs(ScalarFunctions.activation(kind, x) / expected - 1));
      }
    }
    return worst;
  }

  private static double scaled(Activation kind, DoubleUnaryOperator exact, float range) {
    double worst = 0;
    for (float x = -range; x < range; x += 2.3e-4f) {
      double error = ScalarFunctions.activation(kind, x) - exact.applyAsDouble(x);
      worst = Math.max(worst, Math.abs(error / x));
    }
    return worst;
  }

  /** By its series near 0 and its continued fraction (Lentz) farther out. */
  private static double erfc(double x) {
    if (x < 0) {
      return 2 - erfc(-x);
    }
    if (x < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 80; n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
    double fraction = 0;
    for (int n = 120; n > 0; n--) {
      fraction = n / 2.0 / (x + fraction);
    }
    return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }
}
