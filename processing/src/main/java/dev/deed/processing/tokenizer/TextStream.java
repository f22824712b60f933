package dev.deed.processing.tokenizer;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The text of a growing list of token ids, piece by piece. A token alone has no text of its own (a
 * character can be spread over several, a space can depend on what follows), so each time all ids
 * are decoded and what is new is given. Bytes that do not yet make a character are held back, and
 * what a punctuation mark to come could pull up.
 *
 * <p>All pieces and {@link #finish} in a row equal the text of all ids, for every tokenizer whose
 * text only grows with its tokens: byte-level, unigram and word-level ones do. Belongs to one
 * generation, not thread-safe.
 */
public final class TextStream {
  private static final char UNFINISHED = '\ufffd';

  private final Function<int[], String> decoder;
  private final ToIntFunction<String> settled;
  private int[] ids = new int[32];
  private int count;
  private String given = "";

  /**
   * @param settled how much of a text, in characters, no later token can change
   */
  TextStream(Function<int[], String> decoder, ToIntFunction<String> settled) {
    this.decoder = decoder;
    this.settled = settled;
  }

  /** The text that this token adds; empty while a character is unfinished. */
  public String append(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(count + 1, 2 * ids.length));
    }
    ids[count++] = id;
    String text = text();
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == UNFINISHED) {
      end--;
    }
    return give(text.substring(0, settled.applyAsInt(text.substring(0, end))));
  }

  /** The text held back, once no token follows. */
  public String finish() {
    return give(text());
  }

  /** The text of all tokens so far, also what is held back. */
  public String text() {
    return decoder.apply(Arrays.copyOf(ids, count));
  }

  private String give(String text) {
    if (!text.startsWith(given)) {
      return "";
    }
    String piece = text.substring(given.length());
    given = text;
    return piece;
  }
}
