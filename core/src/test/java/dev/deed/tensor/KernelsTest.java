package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.tensor.kernel.KernelChoice;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the kernels compute, against values found by other means. */
class KernelsTest {
  private static final Kernels KERNELS = KernelChoice.kernels();
  private static final Offset<Float> CLOSE = within(1e-6f);

  @Test
  void activationsHaveTheirTextbookValues() {
    assertThat(activated(Activation.RELU, -1f, 0f, 2f)).containsExactly(0f, 0f, 2f);
    assertThat(activated(Activation.IDENTITY, -1f, 0f, 2f)).containsExactly(-1f, 0f, 2f);
    assertThat(activated(Activation.GELU, -1f, 0f, 0.5f, 2f))
        .containsExactly(new float[] {-0.15865525f, 0f, 0.34573123f, 1.9544997f}, CLOSE);
    assertThat(activated(Activation.GELU_TANH, -1f, 0f, 0.5f, 2f))
        .containsExactly(new float[] {-0.15880801f, 0f, 0.34571401f, 1.9545977f}, CLOSE);
    assertThat(activated(Activation.SILU, -1f, 0f, 0.5f, 2f))
        .containsExactly(new float[] {-0.26894142f, 0f, 0.31122967f, 1.7615942f}, CLOSE);
    assertThat(activated(Activation.TANH, -1f, 0f, 0.5f, 2f))
        .containsExactly(new float[] {-0.76159416f, 0f, 0.46211716f, 0.9640276f}, CLOSE);
  }

  private static float[] activated(Activation kind, float... x) {
    KERNELS.activate(kind, x, 0, x.length);
    return x;
  }

  @Test
  void gatesMultiply() {
    float[] gate = {9f, -1f, 2f, 9f};
    KERNELS.activateAndMultiply(Activation.RELU, gate, 1, new float[] {3f, 4f}, 0, 2);
    assertThat(gate).containsExactly(9f, 0f, 8f, 9f);
  }

  @Test
  void layerNormHasMeanZeroAndVarianceOne() {
    float[] out = new float[4];
    float[] ones = {1f, 1f, 1f, 1f};
    KERNELS.layerNorm(new float[] {1f, 2f, 3f, 4f}, 0, ones, new float[4], 0f, out, 0);
    float unit = (float) (1 / Math.sqrt(1.25));
    assertThat(out)
        .containsExactly(new float[] {-1.5f * unit, -0.5f * unit, 0.5f * unit, 1.5f * unit}, CLOSE);
    KERNELS.layerNorm(
        new float[] {1f, 3f}, 0, new float[] {2f, 3f}, new float[] {10f, 20f}, 3f, out, 0);
    assertThat(out[0]).isCloseTo(9f, CLOSE);
    assertThat(out[1]).isCloseTo(21.5f, CLOSE);
  }

  @Test
  void rmsNormSubtractsNoMean() {
    float[] x = {3f, 4f};
    KERNELS.rmsNorm(x, 0, new float[] {1f, 2f}, 0f, x, 0);
    float root = (float) Math.sqrt(12.5);
    assertThat(x).containsExactly(new float[] {3f / root, 8f / root}, CLOSE);
  }

  @Test
  void softmaxSumsToOneAndSurvivesLargeLogits() {
    float[] x = {1000f, 1000f + (float) Math.log(3), Float.NEGATIVE_INFINITY};
    KERNELS.softmax(x, 0, 3);
    assertThat(x[0]).isCloseTo(0.25f, within(1e-4f));
    assertThat(x[1]).isCloseTo(0.75f, within(1e-4f));
    assertThat(x[2]).isZero();
  }

  @Test
  void argmaxTakesTheLowestOfEqualsAndTheFirstNan() {
    float[] x = new float[40];
    x[21] = 5f;
    x[35] = 5f;
    assertThat(KERNELS.argmax(x, 0, 40)).isEqualTo(21);
    assertThat(KERNELS.argmax(x, 22, 18)).isEqualTo(13);
    x[37] = Float.NaN;
    x[38] = Float.NaN;
    assertThat(KERNELS.argmax(x, 0, 40)).isEqualTo(37);
    float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertThat(KERNELS.argmax(none, 0, 2)).isZero();
    assertThatThrownBy(() -> KERNELS.argmax(x, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void statisticsOfAKnownDistribution() {
    float[] logits = {9f, (float) Math.log(0.5), (float) Math.log(0.25), (float) Math.log(0.25)};
    LogitStatistics statistics = KERNELS.statistics(logits, 1, 3);
    assertThat(statistics.argmax()).isZero();
    assertThat(statistics.maxProbability()).isCloseTo(0.5, within(1e-6));
    assertThat(statistics.margin()).isCloseTo(0.25, within(1e-6));
    assertThat(statistics.logSumExp()).isCloseTo(0.0, within(1e-6));
    assertThat(statistics.entropy()).isCloseTo(1.5 * Math.log(2), within(1e-6));
    assertThat(statistics.entropyConfidence())
        .isCloseTo(1 - 1.5 * Math.log(2) / Math.log(3), within(1e-6));
    assertThat(statistics.logProbability(logits[2])).isCloseTo(Math.log(0.25), within(1e-6));
  }

  @Test
  void statisticsAtTheEnds() {
    LogitStatistics one = KERNELS.statistics(new float[] {-3f}, 0, 1);
    assertThat(one.maxProbability()).isEqualTo(1.0);
    assertThat(one.margin()).isEqualTo(1.0);
    assertThat(one.entropyConfidence()).isEqualTo(1.0);
    LogitStatistics uniform = KERNELS.statistics(new float[50], 0, 50);
    assertThat(uniform.margin()).isZero();
    assertThat(uniform.entropyConfidence()).isCloseTo(0.0, within(1e-6));
    float[] certain = new float[50];
    Arrays.fill(certain, Float.NEGATIVE_INFINITY);
    certain[7] = 2f;
    LogitStatistics sure = KERNELS.statistics(certain, 0, 50);
    assertThat(sure.argmax()).isEqualTo(7);
    assertThat(sure.maxProbability()).isEqualTo(1.0);
    assertThat(sure.entropyConfidence()).isCloseTo(1.0, within(1e-6));
  }

  @Test
  void cosineIsBoundedAndZeroForAZeroVector() {
    float[] x = Samples.normal(100, 1);
    float[] minus = x.clone();
    KERNELS.scale(minus, 0, 100, -3f);
    assertThat(KERNELS.cosine(x, 0, x, 0, 100)).isCloseTo(1f, CLOSE).isLessThanOrEqualTo(1f);
    assertThat(KERNELS.cosine(x, 0, minus, 0, 100)).isCloseTo(-1f, CLOSE);
    assertThat(KERNELS.cosine(x, 0, new float[100], 0, 100)).isZero();
  }
}
