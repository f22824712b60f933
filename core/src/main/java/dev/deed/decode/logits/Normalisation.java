package dev.deed.decode.logits;

/** Turns scores into log-probabilities again after others changed them. */
public record Normalisation() implements LogitsProcessor {
  @Override
  public void process(TokenSequence tokens, Scores scores) {
    double logSum = scores.logSum();
    if (logSum == 0) {
      return;
    }
    float[] array = scores.array();
    for (int token = 0; token < array.length; token++) {
      array[token] = (float) (array[token] - logSum);
    }
  }
}
