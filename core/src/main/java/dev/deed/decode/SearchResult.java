package dev.deed.decode;

import java.util.List;

/**
 * What was found for one input.
 *
 * @param sequences at least one, best first
 * @param effort what it took
 */
public record SearchResult(List<FoundSequence> sequences, Effort effort) implements SearchOutcome {
  public SearchResult {
    sequences = List.copyOf(sequences);
  }

  @Override
  public SearchResult orThrow() {
    return this;
  }
}
