package dev.deed.model.spec;

/**
 * Normalisation of hidden states.
 *
 * @param kind layer norm (mean and variance, weight and bias) or root mean square (weight only, T5)
 * @param epsilon added to the variance
 */
public record NormSpec(Kind kind, float epsilon) {
  public enum Kind {
    LAYER,
    RMS
  }
}
