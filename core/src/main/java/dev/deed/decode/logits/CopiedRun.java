package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/**
 * How far an answer has come as a run of whole words of a source: it is empty, or the tokens of
 * words that stand behind each other there. The state is the list of places behind the answer's
 * occurrences, so one source serves many answers and nothing has to be built but the list of the
 * words' beginnings; a token costs as many steps as there are occurrences. Immutable, safe for use
 * from many threads.
 */
public final class CopiedRun implements AnswerState {
  private final int[] tokens;

  /** Where words begin, and the end of the source. */
  private final boolean[] bounds;

  private final int[] ends;

  /**
   * Behind the answer's occurrences: of the tokens that would continue it; none once it is over.
   */
  private final int[] places;

  private final boolean started;

  private CopiedRun(int[] tokens, boolean[] bounds, int[] ends, int[] places, boolean started) {
    this.tokens = tokens;
    this.bounds = bounds;
    this.ends = ends;
    this.places = places;
    this.started = started;
  }

  /**
   * The state before the first token: an answer may begin at each word, or end at once.
   *
   * @param tokens of the source; not copied
   * @param words places in {@code tokens} where words begin, ascending; no word is empty
   * @param ends tokens that end an answer, none of which is a token of the source; not copied
   * @throws IndexOutOfBoundsException when a word begins outside the source
   */
  public static CopiedRun of(int[] tokens, int[] words, int[] ends) {
    boolean[] bounds = new boolean[tokens.length + 1];
    for (int word : words) {
      bounds[Objects.checkIndex(word, tokens.length)] = true;
    }
    bounds[tokens.length] = true;
    return new CopiedRun(tokens, bounds, ends, words, false);
  }

  private boolean mayEnd() {
    return !started || Arrays.stream(places).anyMatch(place -> bounds[place]);
  }

  @Override
  public int forced() {
    int only = NOT_FORCED;
    for (int place : places) {
      if (place < tokens.length) {
        if (only != NOT_FORCED && only != tokens[place]) {
          return NOT_FORCED;
        }
        only = tokens[place];
      }
    }
    if (!mayEnd()) {
      return only;
    }
    return only == NOT_FORCED && ends.length == 1 ? ends[0] : NOT_FORCED;
  }

  @Override
  public boolean allows(int token) {
    return isEnd(token)
        ? mayEnd()
        : Arrays.stream(places).anyMatch(place -> place < tokens.length && tokens[place] == token);
  }

  private boolean isEnd(int token) {
    return Arrays.stream(ends).anyMatch(end -> end == token);
  }

  @Override
  public void restrict(Scores scores) {
    BitSet allowed = new BitSet(scores.size());
    for (int place : places) {
      if (place < tokens.length) {
        allowed.set(tokens[place]);
      }
    }
    if (mayEnd()) {
      Arrays.stream(ends).forEach(allowed::set);
    }
    scores.keepOnly(Arrays.copyOf(allowed.toLongArray(), (scores.size() + 63) / 64));
  }

  /** Bytes of the source and its words. */
  @Override
  public long bytes() {
    return Integer.BYTES * ((long) tokens.length + places.length) + bounds.length;
  }

  @Override
  public AnswerState after(int token) {
    int[] next = new int[isEnd(token) ? 0 : places.length];
    int count = 0;
    for (int i = 0; i < next.length; i++) {
      if (places[i] < tokens.length && tokens[places[i]] == token) {
        next[count++] = places[i] + 1;
      }
    }
    return new CopiedRun(tokens, bounds, ends, Arrays.copyOf(next, count), true);
  }
}
