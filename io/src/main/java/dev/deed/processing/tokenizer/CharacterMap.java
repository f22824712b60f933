package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks the rules by which sentencepiece rewrites characters ({@code precompiled_charsmap}): the
 * size of a trie in bytes, the trie, and the replacements, each ended by a zero byte.
 *
 * <p>The trie is a double array of the darts-clone library: a unit holds the character that leads
 * to it in its lowest byte, and in its upper bits how far its children are; a leaf holds the place
 * of a replacement. The native readers walk it without looking at its bounds, so that a damaged one
 * ends the process. Here every walk is tried.
 */
final class CharacterMap {
  private static final int BLOCK = 256;

  /** The rules that sentencepiece brings along (nmt_nfkc_cf) have a quarter of a megabyte. */
  private static final int MOST_BYTES = 4 << 20;

  /** Sequences that begin one another; sentencepiece has room for as many and does not ask. */
  private static final int MOST_ENDS = 32;

  /** Bytes; those that sentencepiece brings along have up to 12. */
  private static final int LONGEST_SEQUENCE = 64;

  /** Those that sentencepiece brings along lead to 32,000. */
  private static final int MOST_PLACES = 2_000_000;

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
    requireSound(origin, map.length <= MOST_BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt() & 0xffffffffL;
    requireSound(
        origin,
        trieBytes >= Integer.BYTES * BLOCK
            && trieBytes % (Integer.BYTES * BLOCK) == 0
            && trieBytes < bytes.remaining());
    IntBuffer trie = bytes.slice(Integer.BYTES, (int) trieBytes).order(bytes.order()).asIntBuffer();
    byte[] replacements = new byte[bytes.remaining() - (int) trieBytes];
    bytes.get(Integer.BYTES + (int) trieBytes, replacements);
    requireTexts(origin, replacements);
    CharacterMap rules = new CharacterMap(origin, trie, replacements);
    return new Growth(rules.walk(1, 0x80), rules.walk(0x80, BLOCK));
  }

  private static void requireTexts(String origin, byte[] replacements) {
    requireSound(origin, replacements[replacements.length - 1] == 0);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw damaged(origin);
    }
  }

  /**
   * Tries every way through the trie whose first byte is within a range, all of one length at a
   * time. Parts of a trie can be shared, so a place can be come to by ways of several lengths.
   *
   * @return bytes, at most, that a byte is replaced by
   */
  private double walk(int first, int end) {
    // Places to go on from, with the most sequences that end on a way there.
    Map<Integer, Integer> places = Map.of(0, 0);
    double growth = 1;
    int tried = 0;
    for (int length = 0; !places.isEmpty(); length++) {
      Map<Integer, Integer> longer = new HashMap<>();
      for (Map.Entry<Integer, Integer> entry : places.entrySet()) {
        int place = entry.getKey();
        int unit = trie.get(place);
        int children = place ^ offset(unit);
        requireSound(origin, children >= 0 && children < trie.limit());
        int ends = entry.getValue();
        if (isEnd(unit)) {
          int bytes = replacement(trie.get(children) & Integer.MAX_VALUE);
          growth = Math.max(growth, (double) bytes / Math.max(1, length));
          ends++;
        }
        requireSound(
            origin, ends <= MOST_ENDS && length <= LONGEST_SEQUENCE && ++tried <= MOST_PLACES);
        // The limit is a multiple of the block, so a sibling of a place inside is inside too.
        int from = length == 0 ? first : 1;
        int to = length == 0 ? end : BLOCK;
        for (int character = from; character < to; character++) {
          int child = children ^ character;
          if (label(trie.get(child)) == character) {
            longer.merge(child, ends, Math::max);
          }
        }
      }
      places = longer;
    }
    return growth;
  }

  private static void requireSound(String origin, boolean sound) {
    if (!sound) {
      throw damaged(origin);
    }
  }

  /** The length of a replacement, which begins within the texts and not inside a character. */
  private int replacement(int place) {
    requireSound(origin, place < replacements.length && (replacements[place] & 0xc0) != 0x80);
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
