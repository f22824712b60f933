package dev.deed.decode;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Measures by which an exit decides. All lie in 0…1, similarity in −1…1.
 *
 * <p>Those that need logits ask the distribution from which the token is chosen: logits processors
 * act first, and the softmax of what they leave is measured. So a forced token is certain at every
 * exit. Sampling warpers (temperature, top-k and the like) act later: they say how to draw.
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

  /** Whether the logits must be known before it can be asked. */
  public boolean needsLogits() {
    return this != SIMILARITY && this != GATE;
  }

  /** Whether the likeliest tokens alone nearly tell it, see {@link ExitPolicy.Asking}. */
  public boolean suitsShortlist() {
    return this == MAX_PROB || this == MARGIN;
  }

  /** The measure of a name such as {@code max_prob}; null when there is none. */
  public static @Nullable Confidence named(String name) {
    for (Confidence confidence : values()) {
      if (confidence.label().equals(name)) {
        return confidence;
      }
    }
    return null;
  }

  /** The name in files and options. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
