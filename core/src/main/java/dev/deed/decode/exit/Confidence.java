package dev.deed.decode.exit;

import dev.deed.tensor.LogitStatistics;
import dev.deed.value.ExitPolicy;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures by which an exit decides. All lie in 0…1, similarity in −1…1.
 *
 * <p>Those that need logits measure the distribution from which the token is chosen: logits
 * processors act first, and the softmax of what they leave is measured. So a forced token is
 * certain at every exit. Sampling warpers (temperature, top-k and the like) act later: they say how
 * to draw.
 */
public enum Confidence {
  /** Largest softmax probability of the exit's logits. */
  MAX_PROB,
  /** Largest minus second largest probability. */
  MARGIN,
  /** 1 − H(p) / ln V. */
  ENTROPY,
  /** Cosine of a layer's raw output and its input (CALM's state similarity); needs no head. */
  SIMILARITY,
  /** A learned gate on the raw output; needs no head. */
  GATE;

  /** What can be measured of a hidden state, before the head is asked. */
  record HiddenState(DoubleSupplier similarity, DoubleSupplier gate) {}

  /** Whether it is measured from logits; else the hidden state alone tells. */
  public boolean needsLogits() {
    return this != SIMILARITY && this != GATE;
  }

  /**
   * Measures scores; the largest probability for the measures of hidden states.
   *
   * @return 0 where no token is possible
   */
  double of(LogitStatistics scores) {
    if (scores.max() == Float.NEGATIVE_INFINITY) {
      return 0;
    }
    return switch (this) {
      case MAX_PROB, SIMILARITY, GATE -> scores.maxProbability();
      case MARGIN -> scores.margin();
      case ENTROPY -> scores.entropyConfidence();
    };
  }

  /**
   * @throws IllegalStateException when only logits tell
   */
  double of(HiddenState state) {
    return switch (this) {
      case SIMILARITY -> state.similarity.getAsDouble();
      case GATE -> state.gate.getAsDouble();
      case MAX_PROB, MARGIN, ENTROPY -> throw new IllegalStateException(this + " needs logits");
    };
  }

  /** What a policy measures; null where it measures nothing. */
  public static @Nullable Confidence of(@Nullable ExitPolicy policy) {
    return policy == null || !policy.isMeasured() ? null : valueOf(policy.name());
  }

  public ExitPolicy policy() {
    return ExitPolicy.valueOf(name());
  }
}
