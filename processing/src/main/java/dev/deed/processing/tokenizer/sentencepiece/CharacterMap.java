package dev.deed.processing.tokenizer.sentencepiece;

import dev.deed.checkpoint.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;

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

  private CharacterMap() {}

  /**
   * @param origin what an error message calls the file
   * @param map the rules; empty when there are none
   * @throws InputException when a walk through the trie would leave it, or a replacement is not a
   *     text
   */
  public static void check(String origin, byte[] map) {
    if (map.length == 0) {
      return;
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
    walk(origin, trie, replacements);
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

  private static void walk(String origin, IntBuffer trie, byte[] replacements) {
    BitSet visited = new BitSet(trie.limit());
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.push(0);
    visited.set(0);
    while (!open.isEmpty()) {
      int place = open.pop();
      int unit = trie.get(place);
      int children = place ^ offset(unit);
      if (children < 0 || children >= trie.limit()) {
        throw damaged(origin);
      }
      if (isEnd(unit)) {
        requireReplacement(origin, trie.get(children) & Integer.MAX_VALUE, replacements);
      }
      // The limit is a multiple of the block, so a sibling of a place inside is inside too.
      for (int character = 1; character < BLOCK; character++) {
        int child = children ^ character;
        if (label(trie.get(child)) == character && !visited.get(child)) {
          visited.set(child);
          open.push(child);
        }
      }
    }
  }

  /** A replacement begins within the texts and not inside a character. */
  private static void requireReplacement(String origin, int place, byte[] replacements) {
    if (place >= replacements.length || (replacements[place] & 0xc0) == 0x80) {
      throw damaged(origin);
    }
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
