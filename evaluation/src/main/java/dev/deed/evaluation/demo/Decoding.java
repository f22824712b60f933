package dev.deed.evaluation.demo;

public enum Decoding {
  /** Every token at the last layer. */
  FULL("full depth"),
  /** Tokens leave where the model is sure. */
  EARLY("early exits"),
  /** Tokens that leave early are drafts, which full depth verifies. */
  LOSSLESS("lossless exits");

  private final String label;

  Decoding(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
