package dev.deed.decode.logits;

/**
 * Divides all scores.
 *
 * @param temperature above 0; below 1 sharpens, above 1 flattens the distribution
 */
public record Temperature(double temperature) implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    float[] array = scores.array();
    for (int token = 0; token < array.length; token++) {
      array[token] /= (float) temperature;
    }
  }
}
