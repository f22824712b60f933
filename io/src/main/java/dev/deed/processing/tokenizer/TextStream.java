package dev.deed.processing.tokenizer;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/**
 * The text of a growing list of token ids, piece by piece. A token alone has no text of its own (a
 * character can be spread over several, a space can depend on what comes before), so each time the
 * last ids are decoded together and what is new is emitted. Bytes that do not yet make a character
 * are held back, and what a punctuation mark to come could pull up.
 *
 * <p>Tokens far back are let go, so that a long text takes a time that grows with its length alone:
 * whenever {@value #MOST} ids are held, all but the last {@value #LEAST} go, if the text of those
 * is an end of the text of all.
 *
 * <p>All pieces and {@link #finish} in a row equal the text of all ids, for every tokenizer whose
 * text only grows with its tokens: byte-level, unigram and word-level ones do. Belongs to one
 * generation, not thread-safe.
 */
public final class TextStream {
  private static final char UNFINISHED = '\ufffd';
  private static final int MOST = 96;
  private static final int LEAST = 24;

  private final Function<int[], String> decoder;
  private final ToIntFunction<String> unchangingLength;
  private final IntPredicate bytes;

  /** The last tokens; those before them were let go. */
  private int[] ids = new int[MOST];

  private int count;

  /** What was given of the text of these ids. */
  private String emitted = "";

  private boolean holdsBack;

  /**
   * @param unchangingLength how much of a text, in characters, no later token can change
   * @param bytes whether a token is a byte of a character: one more behind them can undo what
   *     several in a row were read as
   */
  TextStream(
      Function<int[], String> decoder, ToIntFunction<String> unchangingLength, IntPredicate bytes) {
    this.decoder = decoder;
    this.unchangingLength = unchangingLength;
    this.bytes = bytes;
  }

  /** The text that this token adds; empty while a character is unfinished. */
  public String append(int id) {
    if (count >= MOST) {
      letGo();
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length);
    }
    ids[count++] = id;
    if (bytes.test(id)) {
      holdsBack = true;
      return "";
    }
    String text = text();
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == UNFINISHED) {
      end--;
    }
    String piece = emit(text.substring(0, unchangingLength.applyAsInt(text.substring(0, end))));
    holdsBack = !text.equals(emitted);
    return piece;
  }

  /** Whether {@link #finish} could give more than nothing. */
  boolean holdsBack() {
    return holdsBack;
  }

  /** The text held back, once no token follows. */
  public String finish() {
    holdsBack = false;
    return emit(text());
  }

  /** Lets go of all but the last tokens, where these say the same without the others. */
  private void letGo() {
    int[] last = Arrays.copyOfRange(ids, count - LEAST, count);
    String whole = text();
    String end = decoder.apply(last);
    int before = whole.length() - end.length();
    // Where nothing is left of the text, a space that begins a word would be lost.
    if (!end.isBlank()
        && whole.endsWith(end)
        && before <= emitted.length()
        && whole.startsWith(emitted)) {
      emitted = emitted.substring(before);
      ids = Arrays.copyOf(last, MOST);
      count = LEAST;
    }
  }

  private String text() {
    return decoder.apply(Arrays.copyOf(ids, count));
  }

  private String emit(String text) {
    if (!text.startsWith(emitted)) {
      return "";
    }
    String piece = text.substring(emitted.length());
    emitted = text;
    return piece;
  }
}
