package dev.deed.processing.grammar;

import dev.deed.processing.tokenizer.TokenBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the tokens of a vocabulary add to a text, ready to be compared with a language. Immutable.
 */
public final class TextVocabulary {
  /**
   * In a vocabulary from this size on, of which nearly all characters are tokens, the few that
   * stand in longer tokens alone do not count: it is too large to be searched for ways to them.
   */
  private static final int LARGE = 2000;

  private final TokenBytes bytes;
  private final TokenTrie first;
  private final TokenTrie later;
  private final Characters alphabet;
  private final boolean writesAll;

  /** Takes about half a second for a quarter of a million tokens. */
  public TextVocabulary(TokenBytes bytes) {
    this.bytes = bytes;
    this.later = new TokenTrie(bytes.later());
    this.first = bytes.isUniform() ? later : new TokenTrie(bytes.first());
    BitSet single = new BitSet(256);
    Set<Integer> characters = new TreeSet<>();
    Set<Integer> written = new TreeSet<>();
    for (byte[] token : bytes.later()) {
      if (token == null) {
        continue;
      }
      if (token.length == 1) {
        single.set(token[0] & 0xff);
      }
      int[] text = new String(token, StandardCharsets.UTF_8).codePoints().toArray();
      Arrays.stream(text).forEach(characters::add);
      if (text.length == 1) {
        written.add(text[0]);
      }
    }
    boolean allBytes = single.cardinality() == 256;
    boolean nearly =
        later.tokens.length >= LARGE
            && characters.size() - written.size() <= characters.size() / 10;
    this.writesAll = allBytes || nearly || written.equals(characters);
    this.alphabet = allBytes ? Characters.ANY : among(writesAll ? written : characters);
  }

  private static Characters among(Set<Integer> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    return Characters.among(text.toString());
  }

  /** The characters of texts that tokens can write. */
  Characters alphabet() {
    return alphabet;
  }

  /** Whether each text of the alphabet can be written behind any other. */
  boolean writesAll() {
    return writesAll;
  }

  int vocabulary() {
    return bytes.later().length;
  }

  /** Whether the first token of a text adds what it adds later on. */
  boolean isUniform() {
    return bytes.isUniform();
  }

  TokenTrie trie(boolean isLater) {
    return isLater ? later : first;
  }

  /** What a token adds; null where it is no part of a text. */
  byte @Nullable [] bytes(int token, boolean isLater) {
    return (isLater ? bytes.later() : bytes.first())[token];
  }
}
