package dev.deed;

import java.util.List;

/** What an answer is expected to be, more or less. Immutable. */
sealed interface Prediction {
  /** Its text, which the model's tokenizer reads. */
  record Text(String text) implements Prediction {}

  /** Its tokens, within the vocabulary. */
  record Tokens(List<Integer> ids) implements Prediction {
    public Tokens {
      ids = List.copyOf(ids);
    }
  }
}
