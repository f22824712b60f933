package dev.deed.decode;

import java.util.Set;

/**
 * When a sequence ends.
 *
 * @param ends tokens that end it; may be none
 * @param maxNewTokens most tokens to emit, at least 1
 */
public record StoppingCriteria(Set<Integer> ends, int maxNewTokens) {
  public StoppingCriteria {
    ends = Set.copyOf(ends);
  }
}
