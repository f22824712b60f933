package dev.deed.value;

/**
 * What became of one request of a batch: what it asked for, or the reason why there is none.
 * Immutable.
 *
 * @param <T> what it asked for, such as a generation
 */
public sealed interface Result<T> {
  /**
   * {@return the answer}
   *
   * @throws InputException when there is none; it is {@link Refused#error()}
   */
  T orThrow();

  /**
   * The request was answered.
   *
   * @param answer what it asked for
   * @param <T> what it asked for
   */
  record Answered<T>(T answer) implements Result<T> {
    @Override
    public T orThrow() {
      return answer;
    }
  }

  /**
   * The request could not be answered. The others of the batch are not affected.
   *
   * @param error what is wrong with the request
   * @param <T> what it asked for
   */
  record Refused<T>(InputException error) implements Result<T> {
    @Override
    public T orThrow() {
      throw error;
    }
  }
}
