package dev.deed.evaluation.demo;

import dev.deed.evaluation.EvaluationPolicy;

/** Ways of decoding that the demonstration compares, by the labels of their policies. */
public enum Decoding {
  /** Every token at the last layer. */
  FULL("full depth", EvaluationPolicy.PLAIN.label()),
  /** Likewise, but for tokens that the model's own language forces. */
  FORCED("forced tokens", EvaluationPolicy.FORCED.label()),
  /** Tokens leave where the model is sure. */
  EARLY("early exits", "default"),
  /** Tokens that leave early are drafts, which full depth verifies. */
  LOSSLESS("lossless exits", "default@lossless");

  private final String label;
  private final String policy;

  Decoding(String label, String policy) {
    this.label = label;
    this.policy = policy;
  }

  String label() {
    return label;
  }

  String policy() {
    return policy;
  }
}
