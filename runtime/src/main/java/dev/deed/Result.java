package dev.deed;

/** What became of one request of a batch. */
public sealed interface Result {
  /**
   * The answer.
   *
   * @throws InputException when there is none
   */
  Generation orThrow();

  /** It was answered. */
  record Answered(Generation generation) implements Result {
    @Override
    public Generation orThrow() {
      return generation;
    }
  }

  /**
   * It could not be; the other requests are not affected.
   *
   * @param error what was wrong with it
   */
  record Refused(InputException error) implements Result {
    @Override
    public Generation orThrow() {
      throw error;
    }
  }
}
