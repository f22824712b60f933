package dev.deed.value;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How it is decided where a token leaves the decoder. All but {@link #FULL} and {@link #STATIC}
 * measure a confidence at each exit: the token leaves at the first one where it reaches the
 * threshold.
 */
public enum ExitPolicy {
  /** Every token runs all layers. */
  FULL,
  /** Every token leaves at one layer. */
  STATIC,
  /** The largest probability, 0…1. */
  MAX_PROB,
  /** The largest probability less the second largest, 0…1. */
  MARGIN,
  /**
   * 1 − H(p) / ln V, from 0 (all tokens equally likely) to 1 (one token certain). H(p) is the
   * entropy of the probabilities by natural logarithms, V the size of the vocabulary.
   */
  ENTROPY,
  /** The cosine of the angle between a layer's output and its input, −1…1. */
  SIMILARITY,
  /** What the model's learned gate says, 0…1. */
  GATE;

  /** Those that measure a confidence. */
  static final Set<ExitPolicy> MEASURED =
      Collections.unmodifiableSet(EnumSet.range(MAX_PROB, GATE));

  /** {@return whether a confidence is measured} */
  public boolean isMeasured() {
    return MEASURED.contains(this);
  }

  /** {@return its name in options, files and spellings, such as {@code max_prob}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the policy of a name; null when there is none}
   *
   * @param label such as {@code max_prob}
   */
  public static @Nullable ExitPolicy named(String label) {
    return Arrays.stream(values())
        .filter(policy -> policy.label().equals(label))
        .findFirst()
        .orElse(null);
  }
}
