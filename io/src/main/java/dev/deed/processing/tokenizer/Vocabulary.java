package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Token strings by id and ids by token string. Not changed any more once a tokenizer has it. */
final class Vocabulary {
  /** Bounds what one wild id can make us allocate. */
  static final int MOST_IDS = 4_000_000;

  private static final String BYTE_START = "<0x";
  private static final String BYTE = "<0x00>";

  private final List<@Nullable String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final BitSet special = new BitSet();

  /** Enters a token; the last entry of an id or a token holds. */
  public void add(int id, String token) {
    InputException.require(
        id >= 0 && id < MOST_IDS,
        "token id " + id,
        "is not within 0.." + (MOST_IDS - 1),
        "give a smaller vocabulary");
    while (tokens.size() <= id) {
      tokens.add(null);
    }
    tokens.set(id, token);
    ids.put(token, id);
  }

  public void setSpecial(int id, boolean isSpecial) {
    special.set(id, isSpecial);
  }

  /** One more than the largest id. */
  public int size() {
    return tokens.size();
  }

  /** Ids by token, in the order of their entry. */
  public Map<String, Integer> ids() {
    return Collections.unmodifiableMap(ids);
  }

  /** The token of an id, {@code null} where the vocabulary has a hole or ends. */
  public @Nullable String token(int id) {
    return id >= 0 && id < tokens.size() ? tokens.get(id) : null;
  }

  /** The id of a token, {@code null} when there is no such token. */
  public @Nullable Integer id(String token) {
    return ids.get(token);
  }

  /** Bytes that the tokens of ids have together, at most, a space between each two included. */
  public long bytes(int[] ids) {
    long bytes = 0;
    for (int id : ids) {
      String token = token(id);
      bytes += 1 + (token == null ? 0 : 3L * token.length());
    }
    return bytes;
  }

  /** Whether a token stands for one byte of a character, as {@code <0xE2>} does. */
  public boolean isByte(int id) {
    String token = token(id);
    return token != null && token.length() == BYTE.length() && token.startsWith(BYTE_START);
  }

  public boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }
}
