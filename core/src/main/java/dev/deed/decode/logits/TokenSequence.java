package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The tokens of a sequence so far, decoder start and prefix included. Belongs to one thread. */
public final class TokenSequence {
  private final int prefix;
  private int[] tokens;
  private int length;

  public TokenSequence(List<Integer> prefix) {
    this.tokens = prefix.stream().mapToInt(Integer::intValue).toArray();
    this.length = tokens.length;
    this.prefix = length;
  }

  private TokenSequence(int prefix, int[] tokens, int length) {
    this.prefix = prefix;
    this.tokens = tokens;
    this.length = length;
  }

  /** Number of tokens, prefix included. */
  public int length() {
    return length;
  }

  /** Number of tokens behind the prefix. */
  public int emitted() {
    return length - prefix;
  }

  /** Token {@code index}, from 0, below {@link #length}. */
  public int get(int index) {
    return tokens[index];
  }

  public void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + 1, 2 * tokens.length));
    }
    tokens[length++] = token;
  }

  /** Forgets all tokens from {@code newLength} on, which is not below the prefix. */
  public void truncate(int newLength) {
    length = Objects.checkIndex(newLength, length + 1);
  }

  /** The first tokens, {@code newLength} of them; valid while these stay as they are. */
  public TokenSequence first(int newLength) {
    return new TokenSequence(prefix, tokens, Objects.checkIndex(newLength, length + 1));
  }

  /** An independent sequence of the same tokens. */
  public TokenSequence fork() {
    return new TokenSequence(prefix, Arrays.copyOf(tokens, length + 1), length);
  }

  /** Its tokens, each once, ascending. */
  int[] distinct() {
    return Arrays.stream(tokens, 0, length).sorted().distinct().toArray();
  }
}
