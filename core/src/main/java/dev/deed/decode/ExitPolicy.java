package dev.deed.decode;

/** At which layer a step stops. Immutable. */
public sealed interface ExitPolicy {
  /** Every step runs all layers. */
  record Full() implements ExitPolicy {}

  /**
   * Every step stops at one layer.
   *
   * @param layer from 1, among the model's exits
   */
  record Static(int layer) implements ExitPolicy {}

  /**
   * A step stops at the first exit whose confidence reaches the threshold, else at the last layer,
   * where nothing is asked.
   *
   * @param threshold any real number: above 1 never exits, below −1 always
   */
  record Threshold(Confidence confidence, double threshold) implements ExitPolicy {}

  static ExitPolicy full() {
    return new Full();
  }

  static ExitPolicy atLayer(int layer) {
    return new Static(layer);
  }

  static ExitPolicy maxProbability(double threshold) {
    return new Threshold(Confidence.MAX_PROB, threshold);
  }

  static ExitPolicy margin(double threshold) {
    return new Threshold(Confidence.MARGIN, threshold);
  }

  static ExitPolicy entropy(double threshold) {
    return new Threshold(Confidence.ENTROPY, threshold);
  }

  static ExitPolicy similarity(double threshold) {
    return new Threshold(Confidence.SIMILARITY, threshold);
  }

  static ExitPolicy gate(double threshold) {
    return new Threshold(Confidence.GATE, threshold);
  }
}
