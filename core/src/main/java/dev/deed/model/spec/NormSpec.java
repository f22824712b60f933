package dev.deed.model.spec;

/**
 * Normalisation of hidden states.
 *
 * @param kind layer norm (mean and variance, weight and bias) or root mean square (weight only, T5)
 * @param epsilon added to the variance
 * @param fromOne whether weights are stored as what they are more than 1 (Gemma)
 */
public record NormSpec(Kind kind, float epsilon, boolean fromOne) {
  public NormSpec(Kind kind, float epsilon) {
    this(kind, epsilon, false);
  }

  public enum Kind {
    LAYER,
    RMS
  }
}
