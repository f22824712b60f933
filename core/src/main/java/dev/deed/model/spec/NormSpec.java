package dev.deed.model.spec;

/**
 * Normalisation of hidden states.
 *
 * @param kind layer norm (mean and variance), with weight and bias or with a weight alone
 *     (Moonshine), or root mean square (weight alone, T5)
 * @param epsilon added to the variance
 * @param fromOne whether weights are stored as what they are more than 1 (Gemma)
 */
public record NormSpec(Kind kind, float epsilon, boolean fromOne) {
  public NormSpec(Kind kind, float epsilon) {
    this(kind, epsilon, false);
  }

  public enum Kind {
    LAYER,
    LAYER_WITHOUT_BIAS,
    RMS
  }
}
