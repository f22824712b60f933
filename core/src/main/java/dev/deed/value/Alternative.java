package dev.deed.value;

/**
 * One of the most probable tokens at the exit that emitted a token. Immutable.
 *
 * @param id its number in the model's vocabulary
 * @param text what it adds to a text, with a space in front where it begins a word; empty for a
 *     special token, and where the folder holds no tokenizer
 * @param logProbability natural logarithm of its probability at that exit, before logits processors
 */
public record Alternative(int id, String text, double logProbability) {
  /** {@return its probability, 0…1} */
  public double probability() {
    return StrictMath.exp(logProbability);
  }
}
