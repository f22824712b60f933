package dev.deed.processing.tokenizer.sentencepiece;

import dev.deed.checkpoint.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Checks the rules by which sentencepiece rewrites characters ({@code precompiled_charsmap}): the
 * size of a trie in bytes, the trie, and the replacements, each ended by a zero byte.
 *
 * <p>The trie is a double array of the darts-clone library: a unit holds the character that leads
 * to it in its lowest byte, and in its upper bits how far its children are; a leaf holds the place
 * of a replacement. The native readers walk it without looking at its bounds, so that a damaged one
 * ends the process. Here every walk is tried.
 */
public final class CharacterMap {
  private static final int BLOCK = 256;

  /** The rules that sentencepiece brings along (nmt_nfkc_cf) have a quarter of a megabyte. */
  private static final int MOST_BYTES = 4 << 20;

  /**
   * How much longer a text can become.
   *
   * @param ascii bytes, at most, that one byte of a sequence becomes which begins with an ASCII
   *     character
   * @param other the same for sequences that begin with another character
   */
  public record Growth(double ascii, double other) {}

  private final String origin;
  private final IntBuffer trie;
  private final byte[] replacements;
  private final int[] lengths;

  private CharacterMap(String origin, IntBuffer trie, byte[] replacements) {
    this.origin = origin;
    this.trie = trie;
    this.replacements = replacements;
    this.lengths = new int[replacements.length];
    for (int i = replacements.length - 2; i >= 0; i--) {
      lengths[i] = replacements[i] == 0 ? 0 : lengths[i + 1] + 1;
    }
  }

  /**
   * @param origin what an error message calls the file
   * @param map the rules; empty when there are none
   * @throws InputException when a walk through the trie would leave it, or a replacement is not a
   *     text
   */
  public static Growth check(String origin, byte[] map) {
    if (map.length == 0) {
      return new Growth(1, 1);
    }
    if (map.length > MOST_BYTES) {
      throw damaged(origin);
    }
    ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt() & 0xffffffffL;
    if (trieBytes < Integer.BYTES * BLOCK
        || trieBytes % (Integer.BYTES * BLOCK) != 0
        || trieBytes >= bytes.remaining()) {
      throw damaged(origin);
    }
    IntBuffer trie = bytes.slice(Integer.BYTES, (int) trieBytes).order(bytes.order()).asIntBuffer();
    byte[] replacements = new byte[bytes.remaining() - (int) trieBytes];
    bytes.get(Integer.BYTES + (int) trieBytes, replacements);
    requireTexts(origin, replacements);
    CharacterMap rules = new CharacterMap(origin, trie, replacements);
    return new Growth(rules.walk(1, 0x80), rules.walk(0x80, BLOCK));
  }

  private static void requireTexts(String origin, byte[] replacements) {
    if (replacements[replacements.length - 1] != 0) {
      throw damaged(origin);
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw damaged(origin);
    }
  }

  /**
   * Tries every way through the trie whose first byte is within a range, the shortest first.
   *
   * @return bytes, at most, that a byte is replaced by
   */
  private double walk(int first, int end) {
    BitSet visited = new BitSet(trie.limit());
    List<Integer> places = List.of(0);
    double growth = 1;
    for (int depth = 0; !places.isEmpty(); depth++) {
      List<Integer> deeper = new ArrayList<>();
      for (int place : places) {
        int unit = trie.get(place);
        int children = place ^ offset(unit);
        if (children < 0 || children >= trie.limit()) {
          throw damaged(origin);
        }
        if (isEnd(unit)) {
          int length = replacement(trie.get(children) & Integer.MAX_VALUE);
          growth = Math.max(growth, (double) length / Math.max(1, depth));
        }
        // The limit is a multiple of the block, so a sibling of a place inside is inside too.
        for (int character = depth == 0 ? first : 1;
            character < (depth == 0 ? end : BLOCK);
            character++) {
          int child = children ^ character;
          if (label(trie.get(child)) == character && !visited.get(child)) {
            visited.set(child);
            deeper.add(child);
          }
        }
      }
      places = deeper;
    }
    return growth;
  }

  /** The length of a replacement, which begins within the texts and not inside a character. */
  private int replacement(int place) {
    if (place >= replacements.length || (replacements[place] & 0xc0) == 0x80) {
      throw damaged(origin);
    }
    return lengths[place];
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private static boolean isEnd(int unit) {
    return (unit >>> 8 & 1) != 0;
  }

  /** The character of a unit; a leaf's sign bit keeps it from equalling any. */
  private static int label(int unit) {
    return unit & (1 << 31 | 0xff);
  }

  private static InputException damaged(String origin) {
    return new InputException(
        origin, "its rules for characters are damaged", SentencePieceModel.ADVICE);
  }
}
