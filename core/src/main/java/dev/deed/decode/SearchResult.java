package dev.deed.decode;

import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import java.util.List;

/**
 * What was found for one input.
 *
 * @param sequences at least one, best first
 * @param effort what it took
 * @param drafts how many drafts were verified, and kept
 */
public record SearchResult(List<FoundSequence> sequences, Effort effort, Drafts drafts) {
  public SearchResult {
    sequences = List.copyOf(sequences);
  }
}
