package dev.deed.decode.logits;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the score of every token that would complete one of some token sequences. A step looks
 * back along the tokens so far only as far as some sequence agrees with them.
 */
public final class SequenceBias implements LogitsProcessor {
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
  }

  /** Sequences that agree with the tokens so far, looked at from their last but one token back. */
  private static final class Node {
    /** Entries that begin here, by their numbers, ascending. */
    private final List<Integer> entries = new ArrayList<>();

    /** Entries that have one more token before these. */
    private final Map<Integer, Node> before = new HashMap<>();
  }

  private final List<Entry> entries;
  private final Node root = new Node();
  private final boolean onlyForbids;

  /**
   * @param entries are added in this order
   */
  public SequenceBias(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.onlyForbids =
        this.entries.stream().allMatch(entry -> entry.bias == Float.NEGATIVE_INFINITY);
    for (int i = 0; i < this.entries.size(); i++) {
      List<Integer> tokens = this.entries.get(i).tokens;
      Node node = root;
      for (int token : tokens.subList(0, tokens.size() - 1).reversed()) {
        node = node.before.computeIfAbsent(token, _ -> new Node());
      }
      node.entries.add(i);
    }
  }

  /** Forbids sequences; those that are an end token alone are left to minimum lengths. */
  public static SequenceBias forbid(List<List<Integer>> sequences, List<Integer> ends) {
    return new SequenceBias(
        sequences.stream()
            .filter(sequence -> sequence.size() > 1 || !ends.contains(sequence.getFirst()))
            .map(sequence -> new Entry(sequence, Float.NEGATIVE_INFINITY))
            .toList());
  }

  /** Where all sequences are forbidden. */
  @Override
  public boolean onlyBans(TokenSequence tokens) {
    return onlyForbids;
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    for (int entry : matching(tokens)) {
      int last = entries.get(entry).tokens.getLast();
      scores.set(last, scores.get(last) + entries.get(entry).bias);
    }
  }

  /** The entries of which all tokens but the last are the last of a sequence, ascending. */
  private List<Integer> matching(TokenSequence tokens) {
    List<Integer> found = new ArrayList<>(root.entries);
    int back = tokens.length() - 1;
    for (Node node = before(root, tokens, back); node != null; node = before(node, tokens, back)) {
      found.addAll(node.entries);
      back--;
    }
    found.sort(null);
    return found;
  }

  private static @Nullable Node before(Node node, TokenSequence tokens, int index) {
    return index < 0 ? null : node.before.get(tokens.get(index));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SequenceBias bias && entries.equals(bias.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return "SequenceBias" + entries;
  }
}
