package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.List;

/** The tokens of a sequence so far, decoder start and prefix included. Belongs to one thread. */
public final class TokenSequence {
  private final int given;
  private int[] tokens;
  private int length;

  /** A sequence that begins with a prefix. */
  public TokenSequence(List<Integer> prefix) {
    this.tokens = prefix.stream().mapToInt(Integer::intValue).toArray();
    this.length = tokens.length;
    this.given = length;
  }

  private TokenSequence(TokenSequence other) {
    this.tokens = Arrays.copyOf(other.tokens, other.length + 1);
    this.length = other.length;
    this.given = other.given;
  }

  /** Number of tokens, prefix included. */
  public int length() {
    return length;
  }

  /** Number of tokens behind the prefix. */
  public int emitted() {
    return length - given;
  }

  /** Token {@code index}, from 0, below {@link #length}. */
  public int get(int index) {
    return tokens[index];
  }

  /** Adds a token at the end. */
  public void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + 1, 2 * tokens.length));
    }
    tokens[length++] = token;
  }

  /** An independent sequence of the same tokens. */
  public TokenSequence fork() {
    return new TokenSequence(this);
  }

  /** Its tokens, each once, ascending. */
  int[] distinct() {
    return Arrays.stream(tokens, 0, length).sorted().distinct().toArray();
  }
}
