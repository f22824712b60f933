package dev.deed;

import dev.deed.value.InputException;

/** What became of one request of a batch: an answer, or the reason why there is none. Immutable. */
public sealed interface Result {
  /**
   * {@return the answer}
   *
   * @throws InputException when there is none; it is {@link Refused#error()}
   */
  Generation orThrow();

  /**
   * The request was answered.
   *
   * @param generation the answer
   */
  record Answered(Generation generation) implements Result {
    @Override
    public Generation orThrow() {
      return generation;
    }
  }

  /**
   * The request could not be answered. The others of the batch are not affected.
   *
   * @param error what is wrong with the request
   */
  record Refused(InputException error) implements Result {
    @Override
    public Generation orThrow() {
      throw error;
    }
  }
}
