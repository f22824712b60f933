package dev.deed.decode;

import dev.deed.value.InputException;

/** What became of one input of a batch. */
public sealed interface SearchOutcome permits SearchResult, SearchOutcome.Failed {
  /** What was found. */
  SearchResult orThrow();

  /**
   * Its scores were no numbers, or its settings left it none; the others of the batch went on.
   *
   * @param error what was wrong
   */
  record Failed(InputException error) implements SearchOutcome {
    @Override
    public SearchResult orThrow() {
      throw error;
    }
  }
}
