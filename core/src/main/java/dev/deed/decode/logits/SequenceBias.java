package dev.deed.decode.logits;

import java.util.List;

/** Adds to the score of every token that would complete one of some token sequences. */
public record SequenceBias(List<Entry> entries) implements LogitsProcessor {
  /**
   * A sequence and what completing it adds.
   *
   * @param tokens at least one, within the vocabulary
   * @param bias −∞ forbids the sequence
   */
  public record Entry(List<Integer> tokens, float bias) {
    public Entry {
      tokens = List.copyOf(tokens);
    }

    /** Whether the sequence so far ends with all of its tokens but the last. */
    private boolean begun(TokenSequence sequence) {
      int before = tokens.size() - 1;
      int start = sequence.length() - before;
      if (start < 0) {
        return false;
      }
      for (int i = 0; i < before; i++) {
        if (sequence.get(start + i) != tokens.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  public SequenceBias {
    entries = List.copyOf(entries);
  }

  /**
   * Forbids sequences. Those that are an end token alone stay allowed: minimum lengths are the
   * means against these.
   */
  public static SequenceBias forbid(List<List<Integer>> sequences, List<Integer> ends) {
    return new SequenceBias(
        sequences.stream()
            .filter(sequence -> sequence.size() > 1 || !ends.contains(sequence.getFirst()))
            .map(sequence -> new Entry(sequence, Float.NEGATIVE_INFINITY))
            .toList());
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    for (Entry entry : entries) {
      if (entry.begun(tokens)) {
        int last = entry.tokens.getLast();
        scores.set(last, scores.get(last) + entry.bias);
      }
    }
  }
}
